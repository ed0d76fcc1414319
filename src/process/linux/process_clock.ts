/**
 * The clock by which the kernel tells when a process began: clock ticks since the boot, which nobody
 * sets.
 *
 * Format: proc(5), "/proc/pid/stat", field 22 (`starttime`).
 *
 * @module
 */

/**
 * Clock ticks a second, the unit of `start` and `ticks` of a process. Fixed by the Linux ABI for user
 * space on every architecture Deno runs on.
 */
export const TICKS_PER_SECOND = 100;

/**
 * A `start` that is not later than that of a process made from now on, and at most two seconds
 * before it.
 */
export function startBound(): number {
  // Whole seconds, rounded up.
  return (Deno.osUptime() - 1) * TICKS_PER_SECOND;
}

/**
 * Seconds since a process of this `start` began, by the clock that nobody sets; up to a second too
 * few, as the kernel tells whole seconds.
 */
export function ageOf(start: number): number {
  return Math.max(0, Deno.osUptime() - start / TICKS_PER_SECOND);
}

/** When a process of this `start` began, in milliseconds of the epoch, to the second. */
export function startedAt(start: number): number {
  return Date.now() - (Deno.osUptime() - start / TICKS_PER_SECOND) * 1000;
}
