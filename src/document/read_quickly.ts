// What is not closed is matched to its end: it would be looked for anew at each character of it.
const STRING_OR_COMMENT = /("(?:[^"\\\n]|\\.)*"?)|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;
const STRING_OR_LAST_COMMA = /("(?:[^"\\\n]|\\.)*"?)|(?<=["\w}\]]\s*),(?=\s*[}\]])/g;

/**
 * Reads JSON with comments and trailing commas in a fraction of the time a parser takes
 * that knows where everything stands.
 *
 * @returns `undefined` where only that parser can tell what is meant, or what is wrong.
 */
export function readQuickly(text: string): unknown {
  const keepString = (_: string, string?: string) => string ?? " ";
  const plain = text.replace(STRING_OR_COMMENT, keepString)
    .replace(STRING_OR_LAST_COMMA, keepString);
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}
