import stringWidth from "string-width";
import type { TextMeasure } from "./text_measure.ts";

/**
 * One column and one code unit a character, which needs no look into tables: ASCII, Latin, and
 * what tables and bars are drawn with.
 */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2020\u2026\u2190-\u2199\u2500-\u25fc\u2717]*$/;
const segmenter = new Intl.Segmenter();

/** The measure of any text: wide characters take two columns, marks and joiners none. */
export const UNICODE_MEASURE: TextMeasure = {
  width: (text) => PLAIN.test(text) ? text.length : stringWidth(text),
  head(text, columns) {
    if (PLAIN.test(text)) return text.slice(0, Math.max(0, columns));
    let head = "";
    let used = 0;
    for (const { segment } of segmenter.segment(text)) {
      used += stringWidth(segment);
      if (used > columns) break;
      head += segment;
    }
    return head;
  },
  tail(text, columns) {
    if (PLAIN.test(text)) return columns <= 0 ? "" : text.slice(-columns);
    let left = stringWidth(text);
    let at = 0;
    for (const { segment } of segmenter.segment(text)) {
      if (left <= columns) break;
      left -= stringWidth(segment);
      at += segment.length;
    }
    return text.slice(at);
  },
};
