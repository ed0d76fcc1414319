const UNITS = ["B", "K", "M", "G", "T"] as const;

/**
 * Says a size in bytes in units of 1024.
 *
 * @example
 * ```ts
 * import { formatSize } from "./size.ts";
 *
 * formatSize(51_400_000); // "49.0M"
 * ```
 */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${UNITS[unit]}`;
}
