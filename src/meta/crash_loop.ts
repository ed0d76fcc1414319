import { STEADY_AFTER } from "../db/steady_after.ts";
import { isUp, type ShownStatus } from "./status.ts";
import { uptimeOf } from "./uptime.ts";

/** What the rule looks at, as `meta.json` has it. */
export interface CrashRecord {
  readonly status: ShownStatus;
  readonly start_time: number | null;
  readonly pid_start: number | null;
  readonly unstable_restarts: number;
  readonly early_crashes?: number;
}

/** So many in a row are no accident any more. */
const LOOPS_FROM = 3;

/**
 * Whether a process is in a crash loop: its last three runs or more have ended soon after their
 * start, and it has not been up for a minute since. The one rule for `ls`, `monit`, `describe`,
 * `doctor`, reports and the API; it reads nothing but what `meta.json` says.
 *
 * Soon is within `min_uptime`, however the run ended, or a crash within a minute.
 */
export function isCrashLoop(meta: CrashRecord): boolean {
  const { status, unstable_restarts, early_crashes = 0 } = meta;
  if (Math.max(unstable_restarts, early_crashes) < LOOPS_FROM) return false;
  return status === "waiting" || (isUp(status) && (uptimeOf(meta) ?? 0) < STEADY_AFTER);
}

/**
 * The same process for programs: with `crash_loop: true` where it is in one.
 *
 * @example
 * ```ts
 * import { withCrashLoop } from "./crash_loop.ts";
 *
 * console.log(JSON.stringify(metas.map(withCrashLoop)));
 * ```
 */
export function withCrashLoop<T extends CrashRecord>(meta: T): T & { readonly crash_loop?: true } {
  return isCrashLoop(meta) ? { ...meta, crash_loop: true } : meta;
}
