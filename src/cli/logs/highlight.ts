/** Puts what the patterns match in reverse video. */
export function highlight(line: string, patterns: readonly RegExp[]): string {
  return patterns.reduce(
    (text, pattern) =>
      text.replace(pattern, (found) => found === "" ? "" : `\x1b[7m${found}\x1b[27m`),
    line,
  );
}
