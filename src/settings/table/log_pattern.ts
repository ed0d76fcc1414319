import { messageOf } from "../../errors.ts";
import type { PrefixedText } from "./value_type.ts";

const PREFIX = "log:";

/** A pattern that a line of output is searched for, as in `log:/listening on \\d+/i`. */
export type LogPattern = `${typeof PREFIX}${string}`;

/** The parts of a {@linkcode LogPattern}. */
export interface LogPatternParts {
  readonly source: string;
  readonly ignoresCase: boolean;
}

/** Whether a `wait_ready` is a pattern. */
export function isLogPattern(value: string | null): value is LogPattern {
  return value !== null && value.startsWith(PREFIX);
}

/** The parts of a pattern; `undefined` where it is none. */
export function logPatternParts(pattern: string): LogPatternParts | undefined {
  const [, source, flag] = /^log:\/(.+)\/(i?)$/s.exec(pattern) ?? [];
  return source === undefined ? undefined : { source, ignoresCase: flag === "i" };
}

/** A {@linkcode LogPattern} as a value of a setting. */
export const LOG_PATTERN = {
  prefix: PREFIX,
  example: "log:/PATTERN/",
  maximum: 1000,
  problem(text) {
    const parts = logPatternParts(text);
    if (parts === undefined) return 'a pattern is written as "log:/PATTERN/", or "log:/PATTERN/i"';
    try {
      new RegExp(parts.source);
      return undefined;
    } catch (error) {
      const why = messageOf(error).replace(/^Invalid regular expression: /, "");
      return `this is no regular expression: ${why}`;
    }
  },
} as const satisfies PrefixedText;
