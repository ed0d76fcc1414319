import { openIfThere, readAt } from "../files/read_at.ts";

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/** Where the last lines of a file begin. */
export interface LastLines {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** How many lines there are from there on; fewer than asked for if the file has fewer. */
  readonly lines: number;
}

/**
 * Finds where the last `count` lines of a file begin, reading it from its end, so
 * that its size does not matter.
 *
 * @returns offset 0 and no lines if there is no such file.
 */
export function findLastLines(path: string, count: number): LastLines {
  const file = openIfThere(path);
  if (!file) return { offset: 0, lines: 0 };
  using open = file;
  const { size } = open.statSync();
  if (count <= 0 || size === 0) return { offset: size, lines: 0 };
  let found = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK);
    const bytes = readAt(open, start, end - start);
    for (let at = bytes.length - 1; at >= 0; at--) {
      // The line break at the end of the file ends the last line; no further line begins there.
      if (bytes[at] !== NEWLINE || start + at === size - 1) continue;
      if (++found === count) return { offset: start + at + 1, lines: count };
    }
    end = start;
  }
  return { offset: 0, lines: found + 1 };
}

/**
 * The last lines of a text file.
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
  const start = Math.max(from, findLastLines(path, count).offset);
  const text = new TextDecoder().decode(readAt(open, start, open.statSync().size - start));
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
