import { storedSize } from "../../files/stored_size.ts";
import { plainFile } from "../../logs/rotate.ts";
import type { Spec } from "../../meta/spec.ts";
import { beginAnew, type LogState } from "./log_state.ts";

/** The two settings that together say how much a log may store. */
type Limits = Pick<Spec, "log_max_size" | "log_max_total">;

/**
 * By how many bytes a log that stores this many has more than it and its rotated files may have
 * together; 0 where no total is set.
 */
export function excessOf({ log_max_size, log_max_total }: Limits, stored: number): number {
  return log_max_total === 0 ? 0 : Math.max(0, stored - (log_max_size + log_max_total));
}

/**
 * Empties a log that alone stores more than it and its rotated files may have together. That needs
 * no space, no moment in which its writers stand still, and none of them in append mode: one that is
 * not goes on where it was, behind a hole that takes no space. It may happen in the middle of a
 * rotation, which then fails, or has copied what was there.
 *
 * @returns how many bytes it stored; `undefined` if that was not too much.
 * @throws if it is no plain file, or cannot be written.
 */
export function cutExcess(limits: Limits, log: LogState): number | undefined {
  if (limits.log_max_total === 0) return undefined;
  const stored = storedSize(plainFile(log.paths.current));
  if (excessOf(limits, stored) === 0) return undefined;
  Deno.truncateSync(log.paths.current);
  beginAnew(log, Date.now());
  return stored;
}
