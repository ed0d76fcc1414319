import { LogCursor, offsetOfLastLines } from "./log_cursor.ts";

/**
 * The last lines of a text file, read from its end, so that its size does not
 * matter.
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
  const cursor = new LogCursor(path, Math.max(from, offsetOfLastLines(path, count)));
  const lines = [...cursor.newLines()];
  const partial = cursor.takePartial();
  return partial === "" ? lines : [...lines, partial];
}
