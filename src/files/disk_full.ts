/** Bytes that a small file has on the disk at the least, whatever it holds. */
const BLOCK = 4096;

const encoder = new TextEncoder();

/** Whether `error` says that the disk, or what the user may have of it, is full. */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === "ENOSPC" || code === "EDQUOT";
}

/**
 * Writes `text` over what a small text file holds, in its place, which needs no space on the disk:
 * for a full one. A reader meanwhile sees the old text or the new one, spaces behind it.
 *
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if it is no plain file, or has no room for the text.
 * @throws whatever else the file system says; the file is then untouched.
 */
export function overwriteFile(path: string, text: string): void {
  const bytes = encoder.encode(text);
  const { isFile, size } = Deno.lstatSync(path);
  const room = Math.ceil(size / BLOCK) * BLOCK;
  if (!isFile || bytes.length > room) {
    throw new Deno.errors.InvalidData(`'${path}' has no room for ${bytes.length} bytes`);
  }
  // In one write with what covers the rest of the old text: the supervisor may be killed behind it.
  const padded = new Uint8Array(Math.max(size, bytes.length)).fill(0x20);
  padded.set(bytes);
  using file = Deno.openSync(path, { write: true });
  file.writeSync(padded);
  file.truncateSync(bytes.length);
}
