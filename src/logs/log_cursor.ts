const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * A place in a log that is being written: gives the lines that came since the
 * last look, and notices when the file was emptied or replaced.
 */
export class LogCursor {
  readonly path: string;
  #offset: number;
  #inode: number | null;
  #decoder = new TextDecoder();
  #partial = "";

  /**
   * @param path The file; it may be missing.
   * @param offset Where to begin, in bytes; by default at its present end.
   */
  constructor(path: string, offset?: number) {
    this.path = path;
    const info = statIfThere(path);
    this.#offset = offset ?? info?.size ?? 0;
    this.#inode = info?.ino ?? null;
  }

  /** The whole lines that came since the last look, without their line breaks. */
  *newLines(): Generator<string> {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    using open = file;
    const { size, ino } = open.statSync();
    if (ino !== this.#inode || size < this.#offset) this.#beginAnew(ino);
    open.seekSync(this.#offset, Deno.SeekMode.Start);
    const buffer = new Uint8Array(CHUNK);
    for (let read = open.readSync(buffer); read !== null; read = open.readSync(buffer)) {
      this.#offset += read;
      const lines = this.#decode(buffer.subarray(0, read)).split("\n");
      this.#partial = lines.pop()!;
      yield* lines;
    }
  }

  /** The beginning of a line that has no end yet; it is given away only once. */
  takePartial(): string {
    const partial = this.#partial;
    this.#partial = "";
    return partial;
  }

  #decode(bytes: Uint8Array): string {
    return this.#partial + this.#decoder.decode(bytes, { stream: true });
  }

  #beginAnew(inode: number | null): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#decoder = new TextDecoder();
    this.#partial = "";
  }
}

/**
 * Finds where the last `count` lines of a file begin, reading it from its end.
 *
 * @returns an offset in bytes; 0 if there is no such file.
 */
export function offsetOfLastLines(path: string, count: number): number {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
  using open = file;
  const { size } = open.statSync();
  if (count <= 0) return size;
  const buffer = new Uint8Array(CHUNK);
  let missing = count;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK);
    open.seekSync(start, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < end - start) {
      const read = open.readSync(buffer.subarray(filled, end - start));
      if (read === null) break;
      filled += read;
    }
    for (let at = filled - 1; at >= 0; at--) {
      // The line break that ends the file ends a line; it begins none.
      if (buffer[at] !== NEWLINE || start + at === size - 1) continue;
      if (--missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
