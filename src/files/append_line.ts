import { dirname } from "@std/path";
import { checkRealDirectory } from "../root.ts";

const encoder = new TextEncoder();

/**
 * Appends one value as a line of JSON, in one write, so that a reader never sees
 * half a line. A torn last line, left by a power cut or a full disk, is ended
 * first, so that it does not swallow the new one.
 *
 * @throws {Deno.errors.InvalidData} if its directory is a symlink.
 * @throws whatever the file system says.
 */
export function appendJsonLine(path: string, value: unknown): void {
  checkRealDirectory(dirname(path));
  using file = Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
  let line = `${JSON.stringify(value)}\n`;
  const size = file.statSync().size;
  if (size > 0) {
    const last = new Uint8Array(1);
    file.seekSync(size - 1, Deno.SeekMode.Start);
    if (file.readSync(last) === 1 && last[0] !== 0x0a) line = `\n${line}`;
  }
  const bytes = encoder.encode(line);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}
