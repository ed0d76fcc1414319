import type { Chunk } from "./log_reader.ts";
import { timesAt } from "./log_times.ts";

/** One line of a log. */
export interface Line {
  /** Without its line break. */
  readonly bytes: Uint8Array;
  /** Whether a line break ended it; a piece of an endless line, or the last one, has none. */
  readonly isEnded: boolean;
  /** It came between these two, epoch seconds. */
  readonly after: number;
  readonly by: number;
}

const NEWLINE = 0x0a;
/**
 * Maximum of a line in bytes; a longer one is returned in pieces, so that a program that writes no
 * line breaks does not fill the memory.
 */
const MAX_LENGTH = 16 * 1024 * 1024;

/** Makes lines of the chunks of a log; or blocks of whole lines, which is much faster. */
export class LineSplitter {
  #pieces: Uint8Array[] = [];
  #length = 0;
  #last: Chunk | undefined;

  /**
   * The lines that end in `chunk`; those of the same time are returned as one `Line` with line
   * breaks in it. Their bytes are the chunk's, and valid as long as the chunk is.
   */
  pushBlocks(chunk: Chunk): Line[] {
    const lines: Line[] = chunk.fresh ? this.rest() : [];
    this.#last = chunk;
    const { bytes, offset, times } = chunk;
    let from = 0;
    if (this.#length > 0) {
      // The first line goes by itself: it may have begun in an earlier chunk, and joining it with
      // the rest would copy the whole block.
      const end = bytes.indexOf(NEWLINE);
      if (end !== -1) lines.push(this.#line(chunk, bytes.subarray(0, end), offset + end, true));
      from = end + 1;
    }
    for (let first; (first = bytes.indexOf(NEWLINE, from)) !== -1;) {
      const at = offset + first;
      const later = times.index.find((entry) => entry.offset > at)?.offset ?? Infinity;
      const end = bytes.lastIndexOf(NEWLINE, Math.min(later - offset, bytes.length) - 1);
      lines.push(this.#line(chunk, bytes.subarray(from, end), offset + end, true));
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
    if (this.#length > MAX_LENGTH) lines.push(...this.rest());
    return lines;
  }

  /** The lines that end in `chunk`. */
  push(chunk: Chunk): Line[] {
    const lines: Line[] = chunk.fresh ? this.rest() : [];
    this.#last = chunk;
    const bytes = chunk.bytes.slice();
    let from = 0;
    for (let at; (at = bytes.indexOf(NEWLINE, from)) !== -1; from = at + 1) {
      lines.push(this.#line(chunk, bytes.subarray(from, at), chunk.offset + at, true));
    }
    this.#keep(bytes.subarray(from));
    if (this.#length > MAX_LENGTH) lines.push(...this.rest());
    return lines;
  }

  /** The bytes that no line break has ended yet; a second call returns nothing. */
  rest(): Line[] {
    const chunk = this.#last;
    if (!chunk || this.#length === 0) return [];
    const end = chunk.offset + chunk.bytes.length - 1;
    return [this.#line(chunk, new Uint8Array(0), end, false)];
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece.slice());
    this.#length += piece.length;
  }

  #line(chunk: Chunk, end: Uint8Array, offset: number, isEnded: boolean): Line {
    let bytes = end;
    if (this.#length > 0) {
      this.#keep(end);
      bytes = new Uint8Array(this.#length);
      let at = 0;
      for (const piece of this.#pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
      this.#pieces = [];
      this.#length = 0;
    }
    return { bytes, isEnded, ...timesAt(chunk.times, offset) };
  }
}
