import type { LastRun } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Exit } from "./launch.ts";

/** A process's run, from launch to exit. */
export interface Run {
  readonly pid: number;
  /** Its `start` in the process table. */
  readonly start: number;
  readonly exited: Promise<Exit>;
  /** Milliseconds since it was started. */
  uptime(): number;
}

/** How a run ended that nobody watched. */
export const UNSEEN_EXIT: Exit = { code: null, signal: null };

/**
 * The run of a process that this supervisor has just launched.
 *
 * @param launchedAt When, by `performance.now()`.
 */
export function childRun({ pid, start, exited }: Omit<Run, "uptime">, launchedAt: number): Run {
  return { pid, start, exited, uptime: () => performance.now() - launchedAt };
}

/** Whether it is known how a run ended. */
export function isKnown({ code, signal }: Exit): boolean {
  return code !== null || signal !== null;
}

/** The event by which the history tells of the end of a run. */
export function eventOfExit({ code }: Exit): "exit" | "crash" {
  return code === 0 ? "exit" : "crash";
}

/** The fields by which `meta.json` and history tell how a run ended. */
export function exitFields(exit: Exit): { exit_code?: number; exit_signal?: string } {
  if (exit.code !== null) return { exit_code: exit.code };
  return exit.signal === null ? {} : { exit_signal: exit.signal };
}

/** How a run ended by these fields. */
export function exitOf({ exit_code, exit_signal }: ReturnType<typeof exitFields>): Exit {
  return { code: exit_code ?? null, signal: exit_signal ?? null };
}

/**
 * What `meta.json` keeps of the last run of a job; of other processes nothing.
 *
 * @param uptime How long it ran, in milliseconds; infinite where nobody knows.
 */
export function lastRun(
  { schedule }: Pick<Spec, "schedule">,
  exit: Exit,
  uptime: number,
): { readonly last_run?: LastRun } {
  if (schedule === null) return {};
  const duration = Number.isFinite(uptime) ? { duration: Math.floor(uptime / 1000) } : {};
  return { last_run: { ...exitFields(exit), ...duration } };
}

/** Says how a process ended, in words. */
export function describeExit(exit: Exit): string {
  if (exit.signal !== null) return `killed by ${exit.signal}`;
  if (exit.code !== null) return `exited with code ${exit.code}`;
  return "exited, code unknown";
}
