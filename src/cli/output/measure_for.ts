import { ASCII_MEASURE, type TextMeasure } from "./text_measure.ts";

const OTHER_THAN_ASCII = /[^\x20-\x7e]/;

/**
 * The measure that is right for `texts`: the tables of Unicode are loaded only where
 * one of them is not plain ASCII.
 *
 * @example
 * ```ts
 * import { measureFor } from "./measure_for.ts";
 *
 * (await measureFor(["漢字"])).width("漢字"); // 4
 * ```
 */
export async function measureFor(texts: Iterable<string>): Promise<TextMeasure> {
  for (const text of texts) {
    if (OTHER_THAN_ASCII.test(text)) return (await import("./unicode_measure.ts")).UNICODE_MEASURE;
  }
  return ASCII_MEASURE;
}
