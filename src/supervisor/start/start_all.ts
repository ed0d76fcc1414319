import type { StartAllRequest, StartAllResponse } from "../../api/messages/start_all.ts";
import { messageOf } from "../../errors.ts";
import { isCalled } from "../../meta/dependency_graph.ts";
import type { Meta } from "../../meta/metadata.ts";
import { linkPidFiles } from "../../process/link_pid_files.ts";
import { awaitReady } from "./await_ready.ts";
import {
  awaitDependencies,
  couldNotStart,
  dependenciesCalled,
  type Dependency,
} from "./dependencies.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Run } from "../launch/run.ts";
import { type OrderedStart, startInOrder } from "./start_order.ts";
import { named, type PlannedStart, planStarts } from "./start_plan.ts";
import type { Supervisor } from "../supervisor.ts";

/** A process on its way. */
interface Start {
  readonly plan: PlannedStart;
  readonly process: ManagedProcess;
  /** Whether it was made for this start: its files say all that is to be known. */
  readonly isNew: boolean;
  /** When it was asked for. */
  readonly asked: number;
  /** Settles when it is ready, or will not be. */
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Starts many processes: each when what it depends on is as it must be, those of a low
 * priority first. What fails takes down nothing but what depends on it.
 *
 * New processes are all on the disk before the first one is started: a supervisor that
 * is killed meanwhile leaves a list that the next one starts.
 *
 * @throws {Deno.errors.InvalidData} with all that is wrong, before anything is started.
 */
export async function startAll(
  supervisor: Supervisor,
  request: StartAllRequest,
): Promise<StartAllResponse> {
  const asked = performance.now();
  const planned = await planStarts(supervisor, request);
  await removeDeserted(supervisor, planned);
  const unchanged: string[] = [];
  const failed: { name: string; message: string }[] = [];
  const started: Meta[] = [];
  const starts: Start[] = [];
  const lost: PlannedStart[] = [];
  for (const plan of planned) {
    const present = supervisor.process(plan.name);
    if (present?.run && !request.force) {
      unchanged.push(plan.name);
      continue;
    }
    const done = Promise.withResolvers<void>();
    // Whoever depends on it is told; where nobody does, that is no accident.
    done.promise.catch(() => {});
    try {
      const process = present ?? supervisor.create(plan.name, plan.spec, plan.environment);
      starts.push({ plan, process, isNew: !present, asked, done });
    } catch (error) {
      failed.push({ name: plan.name, message: messageOf(error) });
      lost.push(plan);
    }
  }
  const created = starts.filter(({ isNew }) => isNew).map(({ plan }) => plan.name);
  if (created.length > 1) await linkPidFiles(supervisor.root, created);
  const outcomes = starts.map(async ({ done, process, plan }) => {
    try {
      await done.promise;
      started.push(process.meta);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) unchanged.push(plan.name);
      else failed.push({ name: plan.name, message: messageOf(error) });
    }
  });
  await startInOrder(starts.map((start) => {
    const dependencies = dependenciesOf(supervisor, start, starts);
    const missing = lost.find((plan) =>
      Object.keys(start.plan.spec.depends_on).some((word) => isCalled(named(plan), word))
    );
    const mayStart = missing !== undefined
      ? Promise.reject(new Deno.errors.Interrupted(couldNotStart(missing.name)))
      : dependencies.length > 0
      ? awaitDependencies(dependencies)
      : undefined;
    return orderedStart(start, mayStart, request);
  }));
  await Promise.all(outcomes);
  started.sort((a, b) => a.tsm_id - b.tsm_id);
  return { started, unchanged, failed };
}

/** Who removes a directory removes the process: what still runs must not run twice. */
async function removeDeserted(
  supervisor: Supervisor,
  planned: readonly PlannedStart[],
): Promise<void> {
  await Promise.all(planned.map(async ({ name }) => {
    const present = supervisor.process(name);
    if (present?.directory.isRemoved()) await present.stop(false);
  }));
}

function orderedStart(
  start: Start,
  mayStart: Promise<void> | undefined,
  { wait }: StartAllRequest,
): OrderedStart {
  const { plan, process, done } = start;
  return {
    priority: plan.spec.priority,
    mayStart,
    async start() {
      const errSize = start.isNew ? 0 : process.directory.errSize();
      const run = await launch(start);
      awaitReady(process, run, { wait, errSize }).then(done.resolve, done.reject);
    },
    give(up) {
      process.giveUp(messageOf(up)).catch(() => {}).finally(() => done.reject(up));
    },
  };
}

function launch({ process, plan, isNew, asked }: Start): Promise<Run> {
  if (isNew) return process.start(asked);
  return process.run
    ? process.restart(plan, asked)
    : process.startAs(plan.spec, plan.environment, asked);
}

function dependenciesOf(
  supervisor: Supervisor,
  { plan }: Start,
  all: readonly Start[],
): Dependency[] {
  return Object.entries(plan.spec.depends_on).flatMap(([word, condition]) => {
    const beside = all.filter((other) => isCalled(named(other.plan), word));
    const among = new Set(beside.map(({ process }) => process));
    // Beside what is started with it, only an instance of the same app counts.
    const file = plan.spec.config?.file;
    const others = dependenciesCalled(supervisor, plan.spec, word).filter((process) =>
      !among.has(process) && (among.size === 0 || process.spec.config?.file === file)
    );
    return [
      ...beside.map(({ process, done }) => ({ process, condition, started: done.promise })),
      ...others.map((process) => ({ process, condition, started: undefined })),
    ];
  });
}
