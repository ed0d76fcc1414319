import { ageOf } from "../process/linux/process_clock.ts";
import type { Meta } from "./metadata.ts";

/**
 * Seconds since its start, of one that is up. By the start time of its pid where that is known: the
 * clock may have been set meanwhile.
 */
export function uptimeOf(
  { start_time, pid_start }: Pick<Meta, "start_time" | "pid_start">,
): number | undefined {
  if (start_time === null) return undefined;
  return pid_start === null ? Date.now() / 1000 - start_time : ageOf(pid_start);
}
