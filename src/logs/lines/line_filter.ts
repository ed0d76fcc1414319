import { belongsToLineBefore, type Level, levelOf, LEVELS } from "./line_level.ts";

/** Which lines are shown. */
export interface LineFilter {
  /** A line is shown if one of them matches; all are, if there is none. */
  readonly patterns: readonly RegExp[];
  /** Show the others instead. */
  readonly isInverted: boolean;
  /** A line that one of these matches is never shown. */
  readonly excluded: readonly RegExp[];
  /** Only lines of this level and above are shown. */
  readonly level: Level | undefined;
}

/** The filter that shows every line. */
export const ALL_LINES: LineFilter = {
  patterns: [],
  isInverted: false,
  excluded: [],
  level: undefined,
};

/** Whether a filter may leave lines out: then they must be looked at one by one. */
export function isFiltering({ patterns, excluded, level }: LineFilter): boolean {
  return patterns.length > 0 || excluded.length > 0 || level !== undefined;
}

/**
 * Makes what tells whether a line is shown. It is asked for the lines of one log in their order:
 * the lines of a stack trace have the level of the line above them.
 *
 * @example
 * ```ts
 * import { ALL_LINES, lineSieve } from "./line_filter.ts";
 *
 * const passes = lineSieve({ ...ALL_LINES, level: "warn" });
 * ["ERROR no disk", "    at write (a.js:1)", "INFO ready"].filter(passes); // the first two
 * ```
 */
export function lineSieve(
  { patterns, isInverted, excluded, level }: LineFilter,
): (line: string) => boolean {
  const isHighEnough = level === undefined ? () => true : levelSieve(level);
  return (line) =>
    isHighEnough(line) &&
    (patterns.length === 0 || patterns.some((pattern) => pattern.test(line)) !== isInverted) &&
    !excluded.some((pattern) => pattern.test(line));
}

function levelSieve(lowest: Level): (line: string) => boolean {
  let isShown = false;
  return (line) => {
    const level = levelOf(line);
    if (level !== undefined) isShown = LEVELS.indexOf(level) >= LEVELS.indexOf(lowest);
    else if (!belongsToLineBefore(line)) isShown = false;
    return isShown;
  };
}
