/**
 * Reads up to `length` bytes at `offset`.
 *
 * @param reused A buffer to read into, if it is large enough; otherwise a new one is made.
 * @returns fewer bytes only where the file ends.
 */
export function readAt(
  file: Deno.FsFile,
  offset: number,
  length: number,
  reused?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const buffer = reused && reused.length >= length
    ? reused.subarray(0, length)
    : new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const read = file.readSync(buffer.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

/**
 * Opens a plain file for reading; `undefined` if there is none. Anything but a plain file counts as
 * missing: opening a fifo would block, and a link may lead out of the root.
 */
export function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.lstatSync(path).isFile ? Deno.openSync(path) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
