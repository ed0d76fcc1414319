import { STEADY_AFTER } from "../../db/steady_after.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { uptimeOf } from "../../meta/uptime.ts";
import type { EndedRun } from "./ended_run.ts";

/**
 * How many runs in a row have crashed within a minute, after one more run has ended by itself. A
 * job is run by its schedule, and is in no crash loop, however often it fails.
 *
 * @param before What was known before that run ended.
 */
export function earlyCrashes(
  { schedule }: Pick<Spec, "schedule">,
  before: Pick<Meta, "early_crashes" | "start_time" | "pid_start">,
  { exit, uptime }: Pick<EndedRun, "exit" | "uptime">,
): { readonly early_crashes: number | undefined } {
  // Where no supervisor saw its end, it has lived no longer than since its start.
  const longest = Math.min(uptime / 1000, uptimeOf(before) ?? Infinity);
  const isEarly = exit.code !== 0 && longest < STEADY_AFTER;
  const early_crashes = schedule === null && isEarly ? (before.early_crashes ?? 0) + 1 : undefined;
  return { early_crashes };
}
