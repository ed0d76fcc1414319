import { markedError } from "../parse/mark.ts";

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
