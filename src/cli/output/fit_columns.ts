/** What fitting has to know of a column. */
export interface FlexibleColumn {
  /** Columns of the terminal it would take. */
  readonly width: number;
  /** Blanks behind it. */
  readonly gap: number;
  /** Its place in the order in which columns are left out, 1 first; without one it stays. */
  readonly drop?: number;
  /** Width to which it may be narrowed, its cells shortened, before a column is left out. */
  readonly minimum?: number;
}

/** Width to which flexible columns shrink when no other column can be left out any more. */
const NARROWEST = 4;

/**
 * Fits columns into a terminal: first the widest of those that may be narrowed are, then
 * columns are left out in their order.
 *
 * @param available Columns the terminal has.
 * @returns the width of each column; `undefined` for one that is left out.
 */
export function fitColumns(
  columns: readonly FlexibleColumn[],
  available: number,
): readonly (number | undefined)[] {
  let shown = columns.map((column) => ({ column, width: column.width }));
  const needed = (width: (one: typeof shown[number]) => number) =>
    shown.reduce((sum, one) => sum + width(one) + one.column.gap, -(shown.at(-1)?.column.gap ?? 0));
  while (needed(({ column }) => Math.min(column.width, column.minimum ?? Infinity)) > available) {
    const next = Math.min(...shown.map(({ column }) => column.drop ?? Infinity));
    if (next === Infinity) break;
    shown = shown.filter(({ column }) => column.drop !== next);
  }
  for (let excess = needed(({ width }) => width) - available; excess > 0; excess--) {
    const widest = widestOf(shown, ({ minimum = Infinity }) => minimum) ??
      widestOf(shown, ({ minimum }) => minimum === undefined ? Infinity : NARROWEST);
    if (!widest) break;
    widest.width--;
  }
  return columns.map((column) => shown.find((one) => one.column === column)?.width);
}

function widestOf<T extends { readonly column: FlexibleColumn; readonly width: number }>(
  shown: readonly T[],
  leastOf: (column: FlexibleColumn) => number,
): T | undefined {
  let widest: T | undefined;
  for (const one of shown) {
    if (one.width > leastOf(one.column) && one.width > (widest?.width ?? 0)) widest = one;
  }
  return widest;
}
