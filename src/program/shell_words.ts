/**
 * Splits a command line into words, as a shell does: blanks separate, quotes and
 * backslashes protect.
 *
 * @returns the words, or `undefined` where only a shell can tell what is meant:
 * pipes, `&&`, `$VAR`, globs, redirections, assignments, or an unclosed quote.
 *
 * @example
 * ```ts
 * import { splitWords } from "./shell_words.ts";
 *
 * splitWords(`node 'my server.js' --port 3000`); // ["node", "my server.js", "--port", "3000"]
 * splitWords("a | b"); // undefined
 * ```
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= "";
    if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return undefined;
      word += line.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const quoted = /"((?:[^"\\$`]|\\[^])*)"/y;
      quoted.lastIndex = at;
      const match = quoted.exec(line);
      if (!match) return undefined;
      word += match[1]!.replace(/\\(["\\$`\n])/g, (_, char) => char === "\n" ? "" : char);
      at = quoted.lastIndex - 1;
    } else if (char === "\\") {
      if (at + 1 >= line.length || line[at + 1] === "\n") return undefined;
      word += line[++at];
    } else if (/[|&;<>()$`*?[\]#~!{}\n\r]/.test(char)) {
      return undefined;
    } else {
      word += char;
    }
  }
  if (word !== undefined) words.push(word);
  const isAssignment = /^[ \t]*[A-Za-z_][A-Za-z0-9_]*=/.test(line);
  return words.length === 0 || isAssignment ? undefined : words;
}

/** Joins words into a command line that {@linkcode splitWords} would split the same way. */
export function joinWords(words: readonly string[]): string {
  return words.map((word, index) =>
    // Unquoted, a first word with '=' would be an assignment.
    /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !(index === 0 && word.includes("="))
      ? word
      : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
