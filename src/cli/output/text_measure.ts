/** Where the terminal's columns are counted: how wide a text is, and what of it fits. */
export interface TextMeasure {
  /** How many columns a text takes. */
  width(text: string): number;
  /** The longest beginning of a text that takes at most so many columns. */
  head(text: string, columns: number): string;
  /** The longest end of a text that takes at most so many columns. */
  tail(text: string, columns: number): string;
}

/** The measure of printable ASCII: one column a character. */
export const ASCII_MEASURE: TextMeasure = {
  width: (text) => text.length,
  head: (text, columns) => text.slice(0, Math.max(0, columns)),
  tail: (text, columns) => columns <= 0 ? "" : text.slice(-columns),
};
