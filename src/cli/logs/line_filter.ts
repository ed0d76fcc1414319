import { markedError } from "../parse/mark.ts";

/** Which lines are shown. */
export interface LineFilter {
  /** A line is shown if one of them matches; all are, if there is none. */
  readonly patterns: readonly RegExp[];
  /** Show the others instead. */
  readonly isInverted: boolean;
}

/** Tells whether a line is shown. */
export function passes({ patterns, isInverted }: LineFilter, line: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => pattern.test(line)) !== isInverted;
}

/**
 * Reads a regular expression.
 *
 * @param flag The flag it was given to, for messages.
 * @throws {Deno.errors.InvalidData} if it does not parse, marked.
 */
export function parsePattern(text: string, flag: string, flags: string): RegExp {
  try {
    return new RegExp(text, flags);
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*\/[a-z]*: /s, "");
    throw markedError(
      `Cannot use ${JSON.stringify(text)} as ${flag}: it is no regular expression: ${reason}`,
      text,
      0,
      "--grep 'error|warn', --grep '^GET /api/[0-9]+'",
    );
  }
}

/** Puts what the patterns match in reverse video. */
export function highlight(line: string, patterns: readonly RegExp[]): string {
  return patterns.reduce(
    (text, pattern) =>
      text.replace(pattern, (found) => found === "" ? "" : `\x1b[7m${found}\x1b[27m`),
    line,
  );
}
