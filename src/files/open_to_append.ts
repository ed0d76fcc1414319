/**
 * Opens a file of the owner's to be read, and to be written at its end; makes it if it is missing.
 *
 * @throws {Deno.errors.InvalidData} if it is no plain file: whoever writes to a fifo waits for its
 * reader as soon as it is full, and the supervisor would stand still.
 * @throws whatever else the file system says.
 *
 * @example
 * ```ts
 * import { openToAppend } from "./open_to_append.ts";
 *
 * using file = openToAppend("notes.txt");
 * file.writeSync(new TextEncoder().encode("a line\n"));
 * ```
 */
export function openToAppend(path: string): Deno.FsFile {
  // Opened to be read as well, a fifo is open at once: opened to be written, it waits for a reader.
  const file = Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
  if (file.statSync().isFile) return file;
  file.close();
  throw new Deno.errors.InvalidData(`'${path}' is not a plain file; remove it`);
}
