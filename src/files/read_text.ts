/** Bytes that a file of settings or state may have; the largest real ones have some kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** Bytes of a file that grows with the number of processes, or with time. */
export const GROWING: number = 256 * MAX_BYTES;

/**
 * Reads a text file of settings or state, which must be a plain file. A fifo would keep the
 * reader waiting for good, `/dev/zero` would fill its memory.
 *
 * @param maximum Bytes it may have; a megabyte where nothing is said.
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if it is no plain file, nor a link to one, or too large.
 *
 * @example
 * ```ts
 * import { readPlainText } from "./read_text.ts";
 *
 * readPlainText("/etc/hostname"); // "box\n"
 * ```
 */
export function readPlainText(path: string, maximum = MAX_BYTES): string {
  const { isFile, isDirectory, size } = Deno.statSync(path);
  if (isDirectory) throw new Deno.errors.InvalidData("it is a directory, not a file");
  if (!isFile) throw new Deno.errors.InvalidData("it is not a plain file");
  if (size > maximum) {
    throw new Deno.errors.InvalidData(`it has ${size} bytes, where ${maximum} are the maximum`);
  }
  return Deno.readTextFileSync(path);
}

/**
 * Reads a text file that may be missing; see {@linkcode readPlainText}.
 *
 * @returns its text, or `undefined` if there is no such file.
 * @throws {Deno.errors.InvalidData} as that does; the message begins with the path.
 */
export function readTextIfThere(path: string, maximum = MAX_BYTES): string | undefined {
  try {
    return readPlainText(path, maximum);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    // The system's own errors name the path already.
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new Deno.errors.InvalidData(`${path}: ${error.message}`);
  }
}
