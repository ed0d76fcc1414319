import { type Color, paint } from "./color.ts";
import { fitColumns } from "./fit_columns.ts";
import { shorten } from "./shorten.ts";
import { ASCII_MEASURE, type TextMeasure } from "./text_measure.ts";

/** A column of a table. */
export interface Column {
  readonly header: string;
  /** Cells narrower than this are padded; wider ones widen the column. */
  readonly width: number;
  /** Blanks behind it; 1 by default. */
  readonly gap?: number;
  /** Its place in the order in which columns are left out, 1 first; without one it stays. */
  readonly drop?: number;
  /** Its cells may be shortened to so many columns before a column is left out. */
  readonly minimum?: number;
}

/** One cell; a string is one without colour. */
export type Cell = string | { readonly text: string; readonly color: Color };

/** Where a table is laid out. */
export interface TableOptions {
  /** Columns of the terminal; without it, as wide as the table gets. */
  readonly available?: number;
  /** Whether there are headers and a rule; true by default. */
  readonly headers?: boolean;
  /** How wide texts are; by default as plain ASCII. */
  readonly measure?: TextMeasure;
}

/**
 * Lays rows out under their headers and a rule of dashes.
 *
 * @param color Whether cells keep their colours.
 * @returns the lines, without blanks at their ends.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  color: boolean,
  { available = Infinity, headers = true, measure = ASCII_MEASURE }: TableOptions = {},
): string[] {
  const natural = columns.map(({ header, width, gap = 1, ...column }, index) => ({
    ...column,
    gap,
    width: rows.reduce(
      (widest, row) => Math.max(widest, measure.width(textOf(row[index] ?? ""))),
      Math.max(width, header.length),
    ),
  }));
  const isBound = available < Infinity;
  const widths = isBound ? fitColumns(natural, available) : natural.map(({ width }) => width);
  const shown = natural.flatMap(({ gap }, index) => {
    const width = widths[index];
    return width === undefined ? [] : [{ index, width, gap }];
  });
  const line = (cells: readonly Cell[]) => {
    let text = "";
    for (const { index, width, gap } of shown) {
      const cell = cells[index] ?? "";
      const own = isBound ? shorten(textOf(cell), width, measure) : textOf(cell);
      text += typeof cell === "string" ? own : paint(own, cell.color, color);
      text += " ".repeat(width - measure.width(own) + gap);
    }
    return text.trimEnd();
  };
  const head = [
    line(columns.map(({ header }) => header)),
    line(widths.map((width) => "-".repeat(width ?? 0))),
  ];
  return [...headers ? head : [], ...rows.map(line)];
}

/** The text of a cell, without its colour. */
export function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
