import { messageOf } from "../../errors.ts";

/** The regular expression that the `body` of a health check is; `undefined`: a piece of text. */
export function bodyPattern(body: string): RegExp | undefined {
  const match = /^\/(.*)\/(i?)$/s.exec(body);
  return match ? new RegExp(match[1]!, match[2]) : undefined;
}

/** Says what is wrong with the `body` of a health check; `undefined`: nothing. */
export function matcherProblem(body: string): string | undefined {
  try {
    bodyPattern(body);
    return undefined;
  } catch (error) {
    const why = messageOf(error).replace(/^Invalid regular expression: /, "");
    return `this is no regular expression: ${why}`;
  }
}
