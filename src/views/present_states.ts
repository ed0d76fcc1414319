import { isSupervisorAlive } from "../api/supervisor_lock.ts";
import type { Present } from "../db/life.ts";
import type { PresentJob } from "../db/report.ts";
import { isCrashLoop } from "../meta/crash_loop.ts";
import { listProcesses } from "../meta/list_processes.ts";
import type { Meta } from "../meta/metadata.ts";
import { readSpec } from "../meta/spec.ts";
import { isMeantToStop } from "../meta/status.ts";
import { isAlive } from "../process/process_table.ts";
import { readProcessesSync } from "../process/linux/read_process_table.ts";
import type { RuntimeRoot } from "../root.ts";
import { nextRun } from "../schedule/next_run.ts";
import { uptimeOf } from "../meta/uptime.ts";

/** What a process is doing now, and what that means for its availability. */
export interface PresentState {
  /** As `ls` has it, or `removed`. */
  readonly status: string;
  readonly present: Present;
  /** Epoch seconds by the clock as it is set now, of one that is up. */
  readonly upSince?: number;
  /** Of a job. */
  readonly job?: PresentJob;
  /** Only where it is in one. */
  readonly crash_loop?: true;
}

const REMOVED: PresentState = { status: "removed", present: "off" };

/**
 * Looks what the processes are doing; of one that is not listed the answer is `removed`.
 *
 * @param isSupervised Whether a supervisor lives: then `meta.json` tells what runs.
 */
export function presentStates(
  root: RuntimeRoot,
  isSupervised: boolean = isSupervisorAlive(root),
): (name: string) => PresentState {
  const { metas } = listProcesses(root);
  const running = metas.flatMap(({ pid }) => pid === null ? [] : [pid]);
  const table = isSupervised ? undefined : readProcessesSync(running);
  const states = new Map(metas.map((meta): [string, PresentState] => {
    const { name, status, pid, pid_start } = meta;
    const job = jobOf(root, meta);
    const isAtRest = isMeantToStop(status) || status === "scheduled";
    if (isAtRest) return [name, { status, present: "off", ...job }];
    const loop = isCrashLoop(meta) ? { crash_loop: true } as const : {};
    if (pid === null) return [name, { status, present: "down", ...job, ...loop }];
    const isUp = table === undefined || isAlive(table, pid, pid_start);
    if (!isUp) return [name, { status: "dead", present: "down", ...job }];
    const uptime = uptimeOf(meta);
    const upSince = uptime === undefined ? {} : { upSince: Date.now() / 1000 - uptime };
    return [name, { status, present: "up", ...upSince, ...job, ...loop }];
  }));
  return (name) => states.get(name) ?? REMOVED;
}

/** What is known of it where it is a job: while it runs, the next time by its schedule. */
function jobOf(
  root: RuntimeRoot,
  { name, status, last_run, retry_at }: Meta,
): Pick<PresentState, "job"> {
  if (status === "scheduled") return { job: { next_run: retry_at ?? null } };
  try {
    const { schedule, timezone } = readSpec(root, name);
    if (schedule !== null) {
      const next = isMeantToStop(status) ? undefined : nextRun(schedule, Date.now(), timezone);
      return { job: { next_run: next === undefined ? null : Math.ceil(next / 1000) } };
    }
  } catch {
    // A damaged spec.json says nothing about it.
  }
  return last_run === undefined ? {} : { job: { next_run: null } };
}
