/**
 * Text in units of systemd, where `%` begins a specifier, `$` a variable and `\` an escape.
 *
 * Format: systemd.syntax(7), systemd.service(5), "Command lines".
 *
 * @module
 */

/** Protects what systemd would expand in any value: `%h` and the like. */
export function specifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** A text in quotes, for settings that take a list of words. */
export function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
    .replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${specifiers(escaped)}"`;
}

/** A word of `ExecStart`, where variables are expanded too. */
export function execWord(word: string): string {
  const plain = /^[A-Za-z0-9_@+=:,./[\]-]+$/.test(word);
  return plain ? word : quoted(word.replaceAll("$", "$$$$"));
}
