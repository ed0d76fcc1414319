/**
 * What a supervisor does with a process that an earlier one has left: it finishes what that one
 * had begun, and takes what no longer runs on from where its `meta.json` says it was.
 *
 * @module
 */
import { unhandled } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { isAwaited, statusOfRun } from "../../meta/readiness.ts";
import { hasEnded } from "../../meta/status.ts";
import { eventOfExit, exitFields, exitOf, isKnown, type Run } from "../launch/run.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import { FOUND_DEAD } from "./ended_run.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { LifecycleHost } from "./lifecycle_host.ts";
import { MAX_BACKOFF } from "./restart_policy.ts";

/** Where the launches of the past are looked up. */
export interface LaunchHistory {
  /** Whether the last run that the history of a process tells of is the start of this pid. */
  hasRecordedStart(name: string, pid: number): boolean;
  /** The pid of the last run that the history tells of, where it does not tell of its end too. */
  unendedRun(name: string): number | undefined;
}

/** An operation that ends a run, and what comes behind that end. */
export type EndingIntent = "restart" | "stop" | "delete";

/** The operation that ends its run and was begun, but never finished, if there is one. */
export function interruptedIntent({ intent }: Pick<Meta, "intent">): EndingIntent | undefined {
  return intent === "start" || intent === "migrate" ? undefined : intent;
}

/** Finishes an operation that was begun, whether its run still lives or not. */
export async function finishInterrupted(
  life: Lifecycle,
  intent: EndingIntent,
  host: Pick<LifecycleHost, "log">,
): Promise<void> {
  host.log(`${life.meta.name}: finishing an interrupted ${intent}`);
  if (intent !== "restart") return await life.endForGood(intent, true, life.meta.request);
  await life.endForRestart({ request: life.meta.request });
  await life.relaunch();
}

/** Takes over a run that an earlier supervisor launched, and that lives. */
export async function adopt(
  life: Lifecycle,
  run: Run,
  host: LifecycleHost & LaunchHistory,
): Promise<void> {
  recordEnd(life.meta, run.pid, host);
  recordLaunch(life.meta, run, host);
  life.adopt(run);
  host.record("adopt", life.meta.name, { pid: run.pid });
  const interrupted = interruptedIntent(life.meta);
  if (interrupted) return await finishInterrupted(life, interrupted, host);
  life.state.note({
    status: statusOfRun(life.meta.readiness),
    intent: undefined,
    request: undefined,
  });
  await life.sweep(life.meta);
}

/**
 * Records the end of a run which the earlier supervisor was about to answer with the next one: it
 * had noted how it ended, and did not live to record that.
 *
 * @param next The pid of the next run, where that was launched.
 */
function recordEnd(
  meta: Meta,
  next: number | undefined,
  host: Pick<LifecycleHost, "recordAll"> & LaunchHistory,
): void {
  const { name, status, intent, reason } = meta;
  const exit = exitOf(meta);
  if (status !== "launching" || intent !== "start" || !isKnown(exit)) return;
  const pid = host.unendedRun(name);
  if (pid === undefined || pid === next) return;
  const detail = { pid, ...exitFields(exit), ...reason === undefined ? {} : { reason } };
  host.recordAll([{ event: eventOfExit(exit), detail }], name);
}

/** Records a launch that the earlier supervisor was asked for and did not live to record. */
function recordLaunch(
  { name, status, request }: Meta,
  { pid }: Run,
  host: Pick<LifecycleHost, "recordAll"> & LaunchHistory,
): void {
  if (status !== "launching" || request === undefined) return;
  if (host.hasRecordedStart(name, pid)) return;
  host.recordAll([
    { event: "start", detail: { pid, request } },
    { event: "online", detail: { pid } },
  ], name);
}

/** Notes that a reboot of the machine ended it. */
export function endByReboot(life: Lifecycle): void {
  const { intent, status } = life.meta;
  if (intent === "delete") return life.remove();
  if (hasEnded(status)) return life.inactive.markEnded(status);
  life.inactive.markEnded("stopped", { reason: "reboot", stopped_by: "reboot" });
}

/**
 * How long it still waits, in milliseconds: no longer than it would from now on, for the clock may
 * have been set back.
 */
function timeUntil(retry_at: number, { restart_delay }: Spec): number {
  const longest = Math.max(restart_delay, MAX_BACKOFF);
  return Math.min(Math.max(0, retry_at * 1000 - Date.now()), longest);
}

/** Takes a process that no longer runs on from where it was. */
export async function resume(
  life: Lifecycle,
  triggers: RestartTriggers,
  host: LifecycleHost & LaunchHistory,
): Promise<void> {
  const { meta } = life;
  const interrupted = interruptedIntent(meta);
  if (interrupted) return await finishInterrupted(life, interrupted, host);
  const { status, pid, retry_at = 0, reason = FOUND_DEAD.reason } = meta;
  switch (status) {
    case "online":
      return await life.afterExit({ pid, ...FOUND_DEAD });
    case "stopping":
      return await life.afterRecordedExit({ ...FOUND_DEAD, pid, exit: exitOf(meta), reason });
    case "launching":
      if (isAwaited(meta)) return await life.afterExit({ pid, ...FOUND_DEAD });
      recordEnd(meta, undefined, host);
      // Before, not beside: what was launched and could not be noted may hold its port.
      await life.clear();
      // A start that another supervisor was asked for and could not finish is one all the same.
      return await life.relaunch(meta.request === undefined ? "restart" : "start");
    case "waiting":
      await life.sweep(meta);
      return triggers.retryIn(timeUntil(retry_at, life.spec));
    case "scheduled":
      await life.sweep(meta);
      // What came due while no supervisor lived is made up for, once.
      if (meta.retry_at !== undefined && retry_at * 1000 <= Date.now()) return triggers.retryIn(0);
      return life.inactive.awaitSchedule();
    case "stopped":
    case "errored":
      await life.sweep(meta);
      if (pid !== null) life.inactive.markEnded(status);
      return;
    default:
      return unhandled(status);
  }
}
