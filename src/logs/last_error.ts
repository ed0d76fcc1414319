/** How many lines of an error are told. */
const MAX_LINES = 20;

/** How a line begins or goes on that tells of an error; in a stack trace it is not indented. */
const HEAD =
  /^(?=\S).*(?:Error|Exception|\berror\b|ERROR|FATAL)|^(?:Traceback|panic:|thread '.*' panicked)/;

/**
 * The last error in what a program wrote to stderr, whole: behind the last blank line before it,
 * the first line that names an error, and all that follows. Of one with more than 20 lines the
 * beginning and the end are told, which name the error in one language or the other. Where no line
 * names an error: what stands behind the last blank line.
 *
 * @param lines The end of what it wrote, without line breaks.
 *
 * @example
 * ```ts
 * import { lastError } from "./last_error.ts";
 *
 * lastError(["ready", "", "a.js:1", "throw x", "", "Error: x", "    at f (a.js:1)", "", "Node.js v22"]);
 * // ["Error: x", "    at f (a.js:1)", "", "Node.js v22"]
 * ```
 */
export function lastError(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => HEAD.test(line));
  const until = last === -1 ? lines.findLastIndex((line) => line.trim() !== "") : last;
  const blank = lines.slice(0, until + 1).findLastIndex((line) => line.trim() === "");
  const first = lines.findIndex((line, index) => index > blank && HEAD.test(line));
  const error = lines.slice(first === -1 ? blank + 1 : first);
  while (error.at(-1)?.trim() === "") error.pop();
  if (error.length <= MAX_LINES) return error;
  if (last === -1) return error.slice(-MAX_LINES);
  const end = MAX_LINES / 2;
  const beginning = error.slice(0, MAX_LINES - end - 1);
  const omitted = error.length - MAX_LINES + 1;
  return [...beginning, `… ${omitted} more lines …`, ...error.slice(-end)];
}
