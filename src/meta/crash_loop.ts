import type { Meta } from "./metadata.ts";
import { isUp, type ShownStatus } from "./status.ts";
import { uptimeOf } from "./uptime.ts";

/** Unstable restarts in a row that are no accident any more. */
const LOOPS_FROM = 3;
/** Seconds after which one that is up has come out of it. */
const STEADY_AFTER = 60;

/** Tells whether it ends again and again soon after its start. */
export function isCrashLoop(
  meta: Pick<Meta, "start_time" | "pid_start" | "unstable_restarts"> & {
    readonly status: ShownStatus;
  },
): boolean {
  if (meta.unstable_restarts < LOOPS_FROM) return false;
  if (meta.status === "waiting") return true;
  return isUp(meta.status) && (uptimeOf(meta) ?? 0) < STEADY_AFTER;
}
