/**
 * Bringing back what is saved: first everything is put on the list, then it is
 * started. A supervisor killed between leaves a list that the next one starts.
 *
 * @module
 */
import type { Failure } from "../../api/failure.ts";
import type { ResurrectResponse } from "../../api/messages/resurrect.ts";
import { messageOf } from "../../errors.ts";
import { hasEnded } from "../../meta/status.ts";
import type { Meta } from "../../meta/metadata.ts";
import { readSavedList } from "../../persist/read_saved_list.ts";
import { rebaseEnvironment } from "../../persist/rebase_environment.ts";
import type { SavedProcess } from "../../persist/saved_list.ts";
import { checkProgram } from "../../program/check_program.ts";
import { readEnvFiles } from "../../program/env_files.ts";
import { readEnvironTable } from "../../process/linux/environ_table.ts";
import { ownPids } from "../../process/linux/own_pids.ts";
import {
  type EnvironmentDifference,
  readBaseEnvironment,
  writeBaseEnvironment,
} from "../../program/environment.ts";
import { readListeningPorts } from "../../process/linux/port.ts";
import { sharedEnvironment } from "../../program/process_environment.ts";
import { awaitReady } from "./await_ready.ts";
import { claimantOf, isShared, portClaimedError } from "../ports/port_claim.ts";
import { awaitDependencies, dependenciesOf } from "../order/dependencies.ts";
import { jobsToRepeat } from "./jobs_to_repeat.ts";
import { checkWorkingDirectory } from "../launch/launch_spec.ts";
import { STOPPED_ON_REQUEST } from "../process/recorded_state.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { type OrderedStart, startInOrder } from "./start_order.ts";
import type { FormerState, Supervisor } from "../supervisor.ts";

/** What becomes of a saved process that cannot be started: it is listed, so that it is not lost. */
const COULD_NOT_START = { status: "errored", stopped_by: "failure" } as const;

/** A saved process that is on the list and is to be started. */
interface ToStart {
  readonly process: ManagedProcess;
  /** Set if it was not on the list before. */
  readonly remake: ((reason: string) => void) | undefined;
}

/** What is saved, put on the list. */
export interface Enlisted {
  readonly toStart: readonly ToStart[];
  /** Those that run when their schedule says so, and not now. */
  readonly jobs: readonly ManagedProcess[];
  readonly running: readonly string[];
  readonly stopped: readonly string[];
  readonly failed: readonly Failure[];
  readonly warning?: string;
}

/** What is known of the machine before anything is brought back. */
interface MachineState {
  readonly listening: ReadonlyMap<number, string>;
  /** Pids of living processes by the name they carry of this root. */
  readonly carriers: ReadonlyMap<string, number>;
}

/**
 * Puts what is saved on the list, with its old ids where they are free. What runs
 * is left alone; what cannot run is listed as `errored`, so that it is not lost.
 *
 * @param leaveOut Tells which names are not to be brought back.
 * @returns `undefined` if nothing is saved.
 * @throws {Deno.errors.InvalidData} if what is saved cannot be read.
 */
export async function enlistSaved(
  supervisor: Supervisor,
  leaveOut: (name: string) => boolean = () => false,
): Promise<Enlisted | undefined> {
  const { root, rootPath } = supervisor;
  const saved = readSavedList(root)?.list.processes ?? [];
  await supervisor.makeRoomFor(saved.length);
  const surroundings = {
    listening: await readListeningPorts(),
    carriers: await carriers(rootPath, saved),
  };
  // No `await` from here on: an id or name that is found free could be taken meanwhile.
  const found = readSavedList(root);
  if (found === undefined) return undefined;
  const { list, warning } = found;
  const toStart: ToStart[] = [];
  const jobs: ManagedProcess[] = [];
  const running: string[] = [];
  const stopped: string[] = [];
  const failed = [...list.damaged];
  const base = readBaseEnvironment(root);
  if (base === undefined) writeBaseEnvironment(root, list.base);
  const free = (id: number) => !supervisor.processes.some(({ meta }) => meta.tsm_id === id);
  // Those whose id is free come first, lest another one takes it.
  const inOrder = [
    ...list.processes.filter(({ tsm_id }) => free(tsm_id)),
    ...list.processes.filter(({ tsm_id }) => !free(tsm_id)),
  ];
  const repeated = jobsToRepeat(
    list.processes,
    ({ name }) => !leaveOut(name) && !isStarted(supervisor.process(name)),
    (name) => supervisor.process(name)?.meta.exit_code === 0,
  );
  for (const saved of inOrder) {
    const { name } = saved;
    const present = supervisor.process(name);
    if (isStarted(present)) {
      running.push(name);
      continue;
    }
    if (leaveOut(name)) continue;
    try {
      const environment = rebaseEnvironment(saved.environment, list.base, base ?? list.base);
      const remake = (former: Pick<FormerState, "status" | "reason" | "stopped_by">) =>
        supervisor.create(name, saved.spec, environment, {
          tsm_id: saved.tsm_id,
          restarts: saved.restarts,
          ...former,
        });
      if (saved.stopped && !repeated.has(name)) {
        if (!present) remake({ status: "stopped", ...stoppedBy(saved) });
        stopped.push(name);
        continue;
      }
      if (saved.spec.schedule !== null) {
        jobs.push(present ?? remake({ status: "scheduled" }));
        continue;
      }
      const obstacle = (present ? undefined : stillRuns(name, surroundings)) ??
        findObstacle(supervisor, saved, environment, surroundings);
      if (obstacle !== undefined) {
        if (!present) remake({ ...COULD_NOT_START, reason: obstacle });
        failed.push({ name, reason: obstacle });
      } else if (present) {
        toStart.push({ process: present, remake: undefined });
      } else {
        toStart.push({
          process: remake({}),
          remake: (reason) => remake({ ...COULD_NOT_START, reason }),
        });
      }
    } catch (error) {
      failed.push({ name, reason: messageOf(error) });
    }
  }
  return { toStart, jobs, running, stopped, failed, ...warning === undefined ? {} : { warning } };
}

/**
 * Starts what was put on the list, some at a time, in the order they depend on each other.
 *
 * @returns what became of each process that is saved.
 */
export async function launchEnlisted(
  supervisor: Supervisor,
  enlisted: Enlisted,
): Promise<ResurrectResponse> {
  const requestedAt = performance.now();
  const { toStart, jobs, ...report } = enlisted;
  const resurrected: Meta[] = [];
  const running = [...report.running];
  const failed = [...report.failed];
  for (const job of jobs) {
    try {
      await job.awaitSchedule();
      resurrected.push(job.meta);
    } catch (error) {
      failed.push({ name: job.meta.name, reason: messageOf(error) });
    }
  }
  const starts = new Map(toStart.map(({ process }) => [process, Promise.withResolvers<void>()]));
  // Caught here too: a failure that nobody depends on would be an unhandled rejection. It is
  // reported below.
  for (const { promise } of starts.values()) promise.catch(() => {});
  await startInOrder(toStart.map((next): OrderedStart => {
    const { process } = next;
    const { name } = process.meta;
    const start = starts.get(process)!;
    const dependencies = dependenciesOf(
      supervisor.processes,
      process.spec,
      (other) => other === process ? undefined : starts.get(other)?.promise,
    );
    return {
      priority: process.spec.priority,
      prerequisites: dependencies.length === 0 ? undefined : awaitDependencies(dependencies),
      async start() {
        try {
          await launchOne(supervisor, next, requestedAt);
          resurrected.push(process.meta);
          start.resolve();
        } catch (error) {
          start.reject(error);
          // Somebody else has started it meanwhile.
          if (error instanceof Deno.errors.AlreadyExists) running.push(name);
          else failed.push({ name, reason: messageOf(error) });
        }
      },
      fail(error) {
        start.reject(error);
        failed.push({ name, reason: messageOf(error) });
        process.giveUp(messageOf(error)).catch(() => {});
      },
    };
  }));
  resurrected.sort((a, b) => a.tsm_id - b.tsm_id);
  return { ...report, resurrected, running, failed };
}

/** Who had stopped a process that is saved as stopped: its schedule goes on if that was nobody. */
function stoppedBy({ stopped_by }: SavedProcess): Pick<FormerState, "reason" | "stopped_by"> {
  return stopped_by === undefined ? STOPPED_ON_REQUEST : { stopped_by };
}

async function launchOne(
  supervisor: Supervisor,
  { process, remake }: ToStart,
  requestedAt: number,
): Promise<void> {
  const { spec } = process;
  const errSize = process.directory.errSize();
  let run;
  try {
    run = await process.start(requestedAt);
  } catch (error) {
    if (remake !== undefined && !(error instanceof Deno.errors.AlreadyExists)) {
      if (await process.removeUnlessStarted(spec, requestedAt)) {
        remake(`cannot be started: ${messageOf(error)}`);
      }
    }
    throw error;
  }
  supervisor.record("resurrect", process.meta.name, { pid: run.pid });
  await awaitReady(process, run, { wait: 0, errSize });
}

/** Whether it runs, or is about to: its policy or another request sees to it. */
function isStarted(present: ManagedProcess | undefined): boolean {
  return present !== undefined && (present.run !== undefined || !hasEnded(present.meta.status));
}

/** A process whose directory somebody removed runs on, and must not get a twin. */
function stillRuns(name: string, { carriers }: MachineState): string | undefined {
  const pid = carriers.get(name);
  return pid === undefined
    ? undefined
    : `a process of that name runs already (pid ${pid}), though it was not on the list; end it first`;
}

/** Why a saved process cannot be started here, if so. */
function findObstacle(
  supervisor: Supervisor,
  { name, spec }: SavedProcess,
  environment: EnvironmentDifference,
  { listening }: MachineState,
): string | undefined {
  const isHeld = spec.port !== null && listening.has(spec.port);
  if (isHeld && !isShared(supervisor.processes, { name, spec })) {
    return `its port ${spec.port} is taken; free it, then 'tsm start ${name}'`;
  }
  const claimant = claimantOf(supervisor.processes, spec.port, { name, spec });
  if (claimant) return messageOf(portClaimedError(claimant));
  // What another user may read, and finds on its own PATH, its launch finds out.
  if (spec.user !== null) return undefined;
  try {
    checkWorkingDirectory(spec.cwd);
    const base = readBaseEnvironment(supervisor.root) ?? {};
    const files = readEnvFiles(spec);
    const env = sharedEnvironment({ base, user: undefined, difference: environment, files });
    if (spec.hooks?.pre_start === undefined) checkProgram(spec, env);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function carriers(
  rootPath: string,
  saved: readonly SavedProcess[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const users = new Map(saved.map(({ name, spec }) => [name, spec.user]));
  for (const [pid, { root, name }] of await readEnvironTable()) {
    if (root !== rootPath || !users.has(name)) continue;
    if ((await ownPids([pid], users.get(name)!)).has(pid)) found.set(name, pid);
  }
  return found;
}
