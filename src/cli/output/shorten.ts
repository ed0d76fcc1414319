import { ASCII_MEASURE, type TextMeasure } from "./text_measure.ts";

/**
 * Shortens a text in its middle, so that it takes at most so many columns: of names,
 * commands and paths the beginning and the end say most.
 *
 * @example
 * ```ts
 * import { shorten } from "./shorten.ts";
 *
 * shorten("customer-service-3000", 12); // "custom…-3000"
 * ```
 */
export function shorten(
  text: string,
  columns: number,
  measure: TextMeasure = ASCII_MEASURE,
): string {
  if (measure.width(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? "…" : "";
  const tail = measure.tail(text, Math.floor((columns - 1) / 2));
  return `${measure.head(text, columns - 1 - measure.width(tail))}…${tail}`;
}
