/**
 * An error about a text the user typed: what it was for, where it is wrong, and
 * what is right.
 *
 * @param text What was typed.
 * @param part Where it is wrong: from this index on; all of it unless told.
 *
 * @example
 * ```ts
 * throw markedError("Cannot use \"10X\" as --log-max-size: it takes a size", "10X", 2, "10M, 1G");
 * // Cannot use "10X" as --log-max-size: it takes a size
 * //   10X
 * //     ^
 * // examples: 10M, 1G
 * ```
 */
export function markedError(
  message: string,
  text: string,
  part: number,
  examples: string,
): Deno.errors.InvalidData {
  const shown = text.replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
  const marks = "^".repeat(Math.max(1, shown.length - part));
  return new Deno.errors.InvalidData(
    `${message}\n  ${shown}\n  ${" ".repeat(part)}${marks}\nexamples: ${examples}`,
  );
}

/** Index of the first character of `text` at which it stops being like `form`. */
export function firstWrong(text: string, form: RegExp): number {
  const length = form.exec(text)?.[0].length ?? 0;
  return Math.min(length, Math.max(0, text.length - 1));
}
