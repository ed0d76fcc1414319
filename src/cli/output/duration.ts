const UNITS = [
  { suffix: "d", seconds: 86_400 },
  { suffix: "h", seconds: 3600 },
  { suffix: "m", seconds: 60 },
] as const;

/**
 * Says a duration in its largest whole unit.
 *
 * @example
 * ```ts
 * import { formatDuration } from "./duration.ts";
 *
 * formatDuration(7322); // "2h"
 * ```
 */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const unit = UNITS.find((unit) => whole >= unit.seconds);
  return unit ? `${Math.floor(whole / unit.seconds)}${unit.suffix}` : `${whole}s`;
}
