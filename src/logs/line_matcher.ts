import { messageOf } from "../errors.ts";
import { type LogPattern, logPatternParts } from "../settings/table/log_pattern.ts";

/** Says whether a line matches. */
export type LineMatcher = (line: string) => boolean;

/**
 * Makes a matcher of a pattern. It takes time linear in the length of a line, whatever the pattern:
 * the search is RE2's, which never goes back. By JavaScript's own, `(a+)+$` would hold up the
 * supervisor for years. What cannot be searched for so is refused: look-around, back references.
 *
 * The library is loaded here, since of all supervisors few need it.
 *
 * @throws {Deno.errors.InvalidData} saying what is wrong with the pattern.
 *
 * @example
 * ```ts
 * import { lineMatcher } from "./line_matcher.ts";
 *
 * const matches = await lineMatcher("log:/listening on \\d+/i");
 * console.log(matches("Listening on 3000")); // true
 * ```
 */
export async function lineMatcher(pattern: LogPattern): Promise<LineMatcher> {
  const { source = "", ignoresCase = false } = logPatternParts(pattern) ?? {};
  try {
    return await linearMatcher(source, ignoresCase);
  } catch (error) {
    throw new Deno.errors.InvalidData(
      `its output cannot be searched for ${pattern.slice("log:".length)}: ${messageOf(error)}; a ` +
        "pattern has the syntax of RE2, without look-around and back references",
    );
  }
}

/**
 * The same for a regular expression and a text of any length.
 *
 * @throws {Error} where it cannot be searched for in linear time.
 */
export async function linearMatcher(source: string, ignoresCase: boolean): Promise<LineMatcher> {
  const { RE2JS } = await import("re2js");
  const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
  const expression = RE2JS.compile(RE2JS.translateRegExp(source), flags);
  return (text) => expression.matcher(text).find();
}
