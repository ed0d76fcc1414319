/**
 * Texts that supervisord takes apart by Python's `shlex`.
 *
 * Source: https://docs.python.org/3/library/shlex.html#parsing-rules
 *
 * @module
 */
import { MARKS } from "./variable_mark.ts";

/**
 * The words of a command, as a shell would split it; nothing else of a shell means anything.
 *
 * @throws {Deno.errors.InvalidData} if a quote is not closed.
 *
 * @example
 * ```ts
 * import { splitCommand } from "./shlex.ts";
 *
 * splitCommand(`sh -c "echo $HOME | wc"`); // ["sh", "-c", "echo $HOME | wc"]
 * ```
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === "\\" && quote === '"') {
        const next = text[at + 1];
        if (next === '"' || next === "\\") at++;
        word += next === '"' || next === "\\" ? next : char;
      } else word += char;
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\") {
      if (at + 1 === text.length) throw new Deno.errors.InvalidData("a '\\' ends it");
      word = (word ?? "") + text[++at];
    } else word = (word ?? "") + char;
  }
  if (quote !== undefined) throw new Deno.errors.InvalidData(`a ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

const IN_WORD = new RegExp(`[A-Za-z0-9_/.+\\-():${MARKS}]`);

/**
 * The variables of an `environment`: `A="one, two",B=three`.
 *
 * @throws {Deno.errors.InvalidData} if it is none.
 *
 * @example
 * ```ts
 * import { readVariables } from "./shlex.ts";
 *
 * readVariables(`A="one, two",B=three`); // { A: "one, two", B: "three" }
 * ```
 */
export function readVariables(text: string): Readonly<Record<string, string>> {
  const tokens = tokensOf(text);
  const variables: [string, string][] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (equals !== "=" || value === undefined) {
      throw new Deno.errors.InvalidData(
        `the variables end unexpectedly behind '${
          tokens.slice(Math.max(0, at - 4), at).join("")
        }'` +
          '; they are written A="value",B="value"',
      );
    }
    variables.push([key!, withoutQuotes(value)]);
  }
  return Object.fromEntries(variables);
}

/** Without the quotes at both its ends, however many. */
function withoutQuotes(text: string): string {
  const isQuote = (char: string | undefined) => char === "'" || char === '"';
  let [begin, end] = [0, text.length];
  while (begin < end && isQuote(text[begin])) begin++;
  while (end > begin && isQuote(text[end - 1])) end--;
  return text.slice(begin, end);
}

/** The tokens of `shlex` where it does not follow POSIX: quotes belong to their token. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length;) {
    const char = text[at]!;
    if (/[ \t\r\n]/.test(char)) at++;
    else if (char === "#") at = endOfLine(text, at);
    else if (char === '"' || char === "'") {
      const end = text.indexOf(char, at + 1);
      if (end === -1) throw new Deno.errors.InvalidData(`a ${char} is not closed`);
      tokens.push(text.slice(at, end + 1));
      at = end + 1;
    } else if (!IN_WORD.test(char)) {
      tokens.push(char);
      at++;
    } else {
      let token = "";
      while (at < text.length && (IN_WORD.test(text[at]!) || /['"#]/.test(text[at]!))) {
        if (text[at] === "#") at = endOfLine(text, at);
        else token += text[at++];
      }
      tokens.push(token);
    }
  }
  return tokens;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}
