import { openIfThere, readAt } from "../files/read_at.ts";

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;
/**
 * Bytes without a line break that count as the beginning of a line: a program may have made its log
 * a hole of terabytes, and whoever looks for a line break there looks for hours.
 */
const LONGEST_LINE = 16 * 1024 * 1024;
/** Bytes of a file that are returned as text at most. */
const LONGEST_TEXT = 1024 * 1024;

/** Where the last lines of a file begin. */
export interface LastLines {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /**
   * How many lines there are from there on; fewer than asked for if the file has fewer. Where a line
   * does not seem to begin at all, what is left of the file does not count.
   */
  readonly lines: number;
}

/**
 * Finds where the last `count` lines of a file begin, reading it from its end, so
 * that its size does not matter.
 *
 * @param from Byte offset before which nothing is looked at.
 * @returns offset 0 and no lines if there is no such file.
 */
export function findLastLines(path: string, count: number, from = 0): LastLines {
  const file = openIfThere(path);
  if (!file) return { offset: 0, lines: 0 };
  using open = file;
  const { size } = open.statSync();
  if (count <= 0 || size === 0) return { offset: size, lines: 0 };
  let found = 0;
  let lineEnd = size;
  for (let end = size; end > from;) {
    if (lineEnd - end >= LONGEST_LINE) return { offset: end, lines: count };
    const start = Math.max(from, end - CHUNK);
    const bytes = readAt(open, start, end - start);
    for (let at = bytes.length - 1; at >= 0; at--) {
      // The line break at the end of the file ends the last line; no further line begins there.
      if (bytes[at] !== NEWLINE || start + at === size - 1) continue;
      lineEnd = start + at;
      if (++found === count) return { offset: lineEnd + 1, lines: count };
    }
    end = start;
  }
  return { offset: from, lines: found + 1 };
}

/**
 * The last lines of a text file, one MiB of it at most, without NULs.
 *
 * @param count How many lines at most.
 * @param from Byte offset before which nothing is read; 0: the whole file counts.
 * @returns the lines without their line breaks; none if there is no such file.
 *
 * @example
 * ```ts
 * import { lastLines } from "./last_lines.ts";
 *
 * lastLines("runtime/processes/api/current.err", 10);
 * ```
 */
export function lastLines(path: string, count: number, from = 0): string[] {
  const file = openIfThere(path);
  if (!file) return [];
  using open = file;
  const { size } = open.statSync();
  // A log that was emptied meanwhile holds only what is new.
  const first = from > size ? 0 : from;
  const start = findLastLines(path, count, Math.max(first, size - LONGEST_TEXT)).offset;
  const bytes = readAt(open, start, Math.max(0, size - start));
  // A hole reads as NULs, which say nothing.
  const text = new TextDecoder().decode(bytes).replaceAll("\0", "");
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
