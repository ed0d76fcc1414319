/** How a chart is drawn. */
export interface ChartOptions {
  /** Columns of the terminal it may take, axis included. */
  readonly width: number;
  /** Lines of the plot itself. */
  readonly height: number;
  /** Formats a value for the axis. */
  readonly format: (value: number) => string;
}

/** From an empty cell to a full one. */
const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const MIN_WIDTH = 10;

/** How many values a chart of that width has room for. */
export function plotWidth(width: number, labels: readonly string[]): number {
  return Math.max(MIN_WIDTH, width - Math.max(...labels.map((label) => label.length)) - 2);
}

/**
 * Draws values as columns of block characters, from zero to the greatest, with the
 * values on the left axis.
 *
 * @param values One a column; `null` leaves it empty.
 * @returns the lines, without the axis of time.
 *
 * @example
 * ```ts
 * import { drawChart } from "./chart.ts";
 *
 * drawChart([1, null, 4], { width: 12, height: 1, format: String });
 * // [" 4 ┤▂ █"]
 * ```
 */
export function drawChart(values: readonly (number | null)[], options: ChartOptions): string[] {
  const { height, format } = options;
  const top = Math.max(...values.map((value) => value ?? 0)) || 1;
  const labels = labelsOf(top, height, format);
  const left = Math.max(...labels.map((label) => label.length));
  return labels.map((label, line) => {
    const row = height - 1 - line;
    const cells = values.map((value) => {
      if (value === null) return " ";
      const filled = Math.round(value / top * height * 8) - row * 8;
      // A small value must not look like zero: it shows the lowest block.
      const minimum = row === 0 ? 1 : 0;
      return BLOCKS[Math.min(8, Math.max(minimum, filled))];
    });
    return `${label.padStart(left)} ${label === "" ? "│" : "┤"}${cells.join("")}`.trimEnd();
  });
}

/** What stands at the left of the lines of a chart, the highest first, each label once. */
export function labelsOf(
  top: number,
  height: number,
  format: (value: number) => string,
): readonly string[] {
  let last: string | undefined;
  return Array.from({ length: height }, (_, line) => {
    if (line % 2 !== 0 && height >= 3) return "";
    const label = format(top * (height - line) / height);
    // Of small values several lines would be rounded to the same label.
    if (label === last) return "";
    last = label;
    return label;
  });
}

/**
 * Draws the axis of time below a chart: its beginning at the left, its end at the right.
 *
 * @param left Columns of the left axis, its line not counted.
 */
export function drawTimeAxis(left: number, columns: number, from: string, to: string): string[] {
  const line = `${" ".repeat(left)} └${"─".repeat(columns)}`;
  const gap = columns - from.length - to.length;
  const texts = gap > 0 ? `${from}${" ".repeat(gap)}${to}` : from;
  return [line, `${" ".repeat(left)}  ${texts}`];
}
