import type { StartFailure, StartRequest, StartResponse } from "../../api/messages/start.ts";
import { kindOf } from "../../api/errors.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Run } from "../launch/run.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { awaitReady, patienceFor, type StartingProcess } from "./await_ready.ts";
import { type OrderedStart, startInOrder } from "./start_order.ts";

/** What a start takes to know of a process. */
export interface StartableProcess
  extends StartingProcess, Pick<ManagedProcess, "giveUp" | "removeUnlessStarted"> {
  readonly directory: Pick<ManagedProcess["directory"], "errPath" | "errSize">;
}

/** One process on its way. */
export interface ProcessStart {
  readonly process: StartableProcess;
  /** What it is started with. */
  readonly spec: Spec;
  /** Whether it was made for this start: where that fails, it may be removed. */
  readonly isNew: boolean;
  /** Whether others are taken down behind it, when it serves: it must be healthy, too. */
  readonly isRolled?: boolean;
  /** As {@linkcode OrderedStart.prerequisites} has it. */
  readonly prerequisites: Promise<void> | undefined;
  /** Launches it; whether its program becomes ready is not awaited. */
  launch(): Promise<Run>;
  /** Settled when it is ready or has failed, for those that depend on it. */
  readonly done: PromiseWithResolvers<void>;
}

/** How processes are started. */
export interface ExecuteOptions
  extends Pick<StartRequest, "if_running" | "source" | "wait" | "may_end"> {
  /** When the start was requested, by `performance.now()`: a stop since then prevails. */
  readonly requestedAt: number;
}

/**
 * Starts processes: each behind its prerequisites, those of a low priority first. What fails
 * takes down nothing but what depends on it.
 *
 * @returns what became of each, when the last one is ready or has failed.
 */
export async function executeStarts(
  starts: readonly ProcessStart[],
  options: ExecuteOptions,
): Promise<StartResponse> {
  const started: Meta[] = [];
  const unchanged: string[] = [];
  const failed: StartFailure[] = [];
  const outcomes = starts.map(async ({ done, process }) => {
    const { name } = process.meta;
    try {
      await done.promise;
      started.push(process.meta);
    } catch (error) {
      // Another start was faster; where it was to be restarted, it has not been.
      const runs = error instanceof Deno.errors.AlreadyExists && options.if_running === "leave";
      if (runs) unchanged.push(name);
      else failed.push(startFailure(name, error));
    }
  });
  const isAlone = starts.length === 1;
  await startInOrder(starts.map((start) => orderedStart(start, options, isAlone)));
  await Promise.all(outcomes);
  started.sort((a, b) => a.tsm_id - b.tsm_id);
  return { started, unchanged, failed };
}

/** Why a process was not started, for the answer. */
export function startFailure(name: string, error: unknown): StartFailure {
  return { name, reason: messageOf(error), kind: kindOf(error) };
}

function orderedStart(
  start: ProcessStart,
  options: ExecuteOptions,
  isAlone: boolean,
): OrderedStart {
  const { process, spec: { priority }, prerequisites, done } = start;
  return {
    priority,
    prerequisites,
    async start() {
      const errSize = start.isNew ? 0 : process.directory.errSize();
      const run = await start.launch();
      // It has been started: its readiness holds up only what depends on it.
      const ready = options.may_end ? Promise.resolve() : awaitReady(process, run, {
        wait: start.isRolled ? Math.max(options.wait, patienceFor(process)) : options.wait,
        errSize,
        untilIdle: isAlone,
        healthy: start.isRolled === true,
      });
      ready.then(done.resolve, done.reject);
    },
    fail(error) {
      // What the answer says of it must be true by then; that it cannot be cleaned up is
      // no reason to tell another failure than its own.
      cleanUp(start, error, options).catch(() => {}).finally(() => done.reject(error));
    },
  };
}

/** Sees to what is left of a process that could not be launched, if it is still this start's. */
async function cleanUp(
  { process, spec, isNew }: ProcessStart,
  error: unknown,
  { source, requestedAt }: ExecuteOptions,
): Promise<void> {
  if (isNew && source === "command") await process.removeUnlessStarted(spec, requestedAt);
  else await process.giveUp(messageOf(error));
}
