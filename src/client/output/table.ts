import { type Color, paint } from "./color.ts";

/** A column of a table. */
export interface Column {
  readonly header: string;
  /** Cells narrower than this are padded; wider ones widen the column. */
  readonly width: number;
  /** Blanks behind it; 1 unless told. */
  readonly gap?: number;
}

/** One cell; a string is one without colour. */
export type Cell = string | { readonly text: string; readonly color: Color };

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
): string[] {
  const widths = columns.map(({ header, width }, index) =>
    rows.reduce(
      (widest, row) => Math.max(widest, textOf(row[index] ?? "").length),
      Math.max(width, header.length),
    )
  );
  const line = (cells: readonly Cell[]) =>
    columns.map(({ gap = 1 }, index) => {
      const cell = cells[index] ?? "";
      const text = textOf(cell);
      const isLast = index === columns.length - 1;
      const pad = isLast ? "" : " ".repeat(widths[index]! - text.length + gap);
      return paint(text, typeof cell === "string" ? undefined : cell.color, color) + pad;
    }).join("").trimEnd();
  return [
    line(columns.map(({ header }) => header)),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
  ];
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
