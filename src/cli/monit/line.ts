import { type Color, paint } from "../output/color.ts";

/** How a piece of a line looks; bold, dim and reverse are kept also without colours. */
export type Style = Color;

/** A piece of a line of the screen. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** A line of the screen. */
export type Line = readonly Span[];

const HUELESS: ReadonlySet<Style> = new Set(["bold", "dim", "reverse"]);

/** A line of one piece. */
export function line(text: string, style?: Style): Line {
  return [{ text, style }];
}

/** What is written to a terminal for a line. */
export function renderLine(spans: Line, color: boolean): string {
  return spans.map(({ text, style }) => paint(text, style, color || HUELESS.has(style!))).join("");
}

/** The text of a line alone. */
export function plainLine(spans: Line): string {
  return spans.map(({ text }) => text).join("").trimEnd();
}
