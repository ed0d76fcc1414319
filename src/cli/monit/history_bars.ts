const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * Draws numbers as bars, a column each, the latest at the right end.
 *
 * @param values Oldest first; the oldest are left out where there is no room.
 * @param floor The full height is never less than this: noise about zero stays low.
 *
 * @example
 * ```ts
 * import { historyBars } from "./history_bars.ts";
 *
 * historyBars([0, 50, 100], 4, 10); // " ▁▅█"
 * ```
 */
export function historyBars(values: readonly number[], columns: number, floor: number): string {
  const shown = columns > 0 ? values.slice(-columns) : [];
  const full = Math.max(floor, ...shown);
  return shown.map((value) =>
    LEVELS[Math.min(LEVELS.length - 1, Math.floor(value / full * LEVELS.length))]
  ).join("").padStart(columns);
}
