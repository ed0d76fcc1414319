import { printable } from "../../printable.ts";
import { UNICODE_MEASURE as measure } from "../output/unicode_measure.ts";
import type { Line } from "./line.ts";
import type { LogLine } from "./state.ts";

/**
 * The end of a log on so many lines of the screen; what is longer than a line goes on
 * in the next.
 *
 * @param scroll Lines of the screen to go up from the end.
 */
export function logLines(
  log: readonly LogLine[],
  columns: number,
  height: number,
  scroll = 0,
): Line[] {
  const lines: Line[] = [];
  for (let index = log.length - 1; index >= 0 && lines.length < height + scroll; index--) {
    const { stream, text } = log[index]!;
    const style = stream === "err" ? "red" : undefined;
    const pieces = wrap(printable(text, false).replaceAll("\t", "    "), columns);
    lines.unshift(...pieces.map((piece): Line => [{ text: piece, style }]));
  }
  const end = Math.max(Math.min(lines.length, height), lines.length - scroll);
  return lines.slice(Math.max(0, end - height), end);
}

/** Cuts a text into pieces of at most so many columns. */
export function wrap(text: string, columns: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (measure.width(rest) > columns) {
    const piece = measure.head(rest, columns) || [...rest][0]!;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === "" && pieces.length > 0 ? pieces : [...pieces, rest];
}
