const NEWLINE = 10;
const ZERO = 48;

/** What a stream of numbers, one a line, holds. */
export interface Counted {
  /** Whole lines. */
  readonly lines: number;
  /** The number on the last of them. */
  readonly last: number;
}

/** Counts the lines of a stream of numbers; one that is cut off at the end is none. */
export async function countLines(stream: ReadableStream<Uint8Array>): Promise<Counted> {
  let lines = 0;
  let last = 0;
  let number = 0;
  for await (const block of stream) {
    for (const byte of block) {
      if (byte === NEWLINE) {
        lines++;
        last = number;
        number = 0;
      } else number = number * 10 + byte - ZERO;
    }
  }
  return { lines, last };
}
