import type { StartFailure, StartRequest, StartResponse } from "../../api/messages/start.ts";
import type { RequestId } from "../../api/request_id.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isCalled, readDependsOn } from "../../meta/dependency_graph.ts";
import { findOrphans, type Orphan } from "../../patrol/orphans.ts";
import { doneBefore } from "../done_before.ts";
import type { Run } from "../launch/run.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { SHUTTING_DOWN } from "../process/stop_requests.ts";
import type { Supervisor } from "../supervisor.ts";
import {
  awaitDependencies,
  couldNotStart,
  dependenciesCalled,
  type Dependency,
} from "../order/dependencies.ts";
import { servingLast } from "./await_serving.ts";
import { readyToTakeOver } from "./ready_to_take_over.ts";
import { restartsBeside } from "./restarts_beside.ts";
import { rollingTurn } from "./rolling_turn.ts";
import { executeStarts, type ProcessStart, startFailure } from "./execute_starts.ts";
import { draftPlan, makePlan, named, type PlannedStart, refusalOf } from "./start_plan.ts";

/** A process of a plan, and its start. */
interface PlannedProcess {
  readonly plan: PlannedStart;
  readonly process: ManagedProcess;
  readonly isNew: boolean;
  /** Whether an earlier supervisor began to start or restart it for the same request. */
  readonly isBegun: boolean;
  readonly done: PromiseWithResolvers<void>;
}

/** A job of a plan. */
type PlannedJob = Pick<PlannedProcess, "plan" | "process">;

/** What was made of a plan. */
interface CreatedPlan {
  readonly created: readonly PlannedProcess[];
  /** Those that run when their schedule says so, and not now. */
  readonly jobs: readonly PlannedJob[];
  /** Those that run, and are left as they are. */
  readonly unchanged: readonly string[];
  /** Those that could not be made. */
  readonly notCreated: readonly PlannedStart[];
  readonly failed: StartFailure[];
}

/**
 * Starts new processes, one or many. All of them are on the disk before the first one is
 * started: a supervisor that is killed meanwhile leaves a list that the next one starts.
 *
 * @throws {Deno.errors.NotConnected} if the supervisor is shutting down.
 * @throws the error of {@linkcode refusalOf}, before anything is started.
 */
export async function startDefinitions(
  supervisor: Supervisor,
  request: StartRequest,
  id?: RequestId,
): Promise<StartResponse> {
  const requestedAt = performance.now();
  const { created, jobs, unchanged, notCreated, failed } = await createPlanned(
    supervisor,
    request,
    id,
  );
  const inTurn = servingLast(created, ({ process }) => process);
  const starts = created.map(({ plan, process, isNew, isBegun, done }): ProcessStart => {
    const turn = request.rolling ? rollingTurn(process, supervisor, inTurn) : undefined;
    const dependencies = prerequisitesOf(supervisor, plan, created, notCreated);
    return {
      process,
      spec: plan.spec,
      isNew,
      isRolled: turn !== undefined,
      prerequisites: turn === undefined ? dependencies : both(dependencies, turn),
      launch: () =>
        isBegun
          ? process.started()
          : launch(process, plan, { isNew, requestedAt, id: id?.id, ...request }),
      done,
    };
  });
  const beside = restartsBeside(
    supervisor,
    new Map(created.map(({ process, done }) => [process, done.promise])),
    { ...request, requestedAt, request: id?.id, begun: doneBefore(supervisor, id) },
  );
  const outcome = await executeStarts([...starts, ...beside], { ...request, requestedAt });
  return {
    ...outcome,
    started: [...outcome.started, ...await scheduleJobs(jobs, failed)],
    unchanged: [...unchanged, ...outcome.unchanged],
    failed: [...failed, ...outcome.failed],
  };
}

/** Plans the start of definitions, and makes the processes that are not there yet. */
async function createPlanned(
  supervisor: Supervisor,
  request: StartRequest,
  id: RequestId | undefined,
): Promise<CreatedPlan> {
  const begun = doneBefore(supervisor, id);
  await supervisor.makeRoomFor(request.definitions.length);
  for (;;) {
    const draft = await draftPlan(supervisor, request);
    const orphans = await livingOrphans(supervisor);
    // No `await` from here until they are made: a port or name that is found free could be taken
    // meanwhile.
    const plan = makePlan(supervisor, draft, request.if_running, begun);
    if (plan.problems.length + plan.heldPorts.length > 0) {
      throw await refusalOf(supervisor, plan, request);
    }
    for (const { name } of plan.planned) refuseTwin(supervisor, name, orphans);
    // Who removes a directory removes the process: what still runs must not run twice.
    const removed = plan.planned.flatMap(({ name }) => supervisor.process(name) ?? [])
      .filter(({ directory }) => directory.isRemoved());
    if (removed.length === 0) {
      return create(supervisor, plan.planned, { ...request, begun, id: id?.id });
    }
    await Promise.all(removed.map((process) => process.stop(false)));
  }
}

/** The orphans that patrol saw and that still live: usually none, which costs nothing. */
async function livingOrphans({ root, rootPath, orphanNames }: Supervisor) {
  return orphanNames.size === 0 ? [] : await findOrphans(root, rootPath);
}

/** A process whose directory somebody removed runs on: the name is not free. */
function refuseTwin(supervisor: Supervisor, name: string, orphans: readonly Orphan[]): void {
  const orphan = orphans.find((one) => one.name === name);
  if (!orphan || supervisor.process(name)) return;
  throw new Deno.errors.AlreadyExists(
    `Cannot start '${name}': a process of that name runs already (pid ${orphan.pid}), though it ` +
      "is not on the list; 'tsm patrol --kill-orphans' ends it",
  );
}

function create(
  supervisor: Supervisor,
  planned: readonly PlannedStart[],
  { if_running, begun, id }: Pick<StartRequest, "if_running"> & {
    readonly begun: ReadonlySet<string>;
    readonly id: string | undefined;
  },
): CreatedPlan {
  // Refused as a whole: the client asks the next supervisor then.
  if (supervisor.leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
  const created: PlannedProcess[] = [];
  const jobs: PlannedJob[] = [];
  const unchanged: string[] = [];
  const notCreated: PlannedStart[] = [];
  const failed: StartFailure[] = [];
  for (const plan of planned) {
    const { name, spec, environment } = plan;
    const present = supervisor.process(name);
    const isBegun = present !== undefined && begun.has(name);
    if (present?.run && if_running === "leave" && !isBegun) {
      unchanged.push(name);
      continue;
    }
    try {
      if (spec.schedule !== null) {
        const atRest = { status: "scheduled" } as const;
        const process = present ?? supervisor.create(name, spec, environment, atRest);
        jobs.push({ plan, process });
        continue;
      }
      const process = present ?? supervisor.create(name, spec, environment, {}, id);
      created.push({
        plan,
        process,
        isNew: !present,
        isBegun,
        done: Promise.withResolvers<void>(),
      });
    } catch (error) {
      failed.push(startFailure(name, error));
      notCreated.push(plan);
    }
  }
  return { created, jobs, unchanged, notCreated, failed };
}

/** Has jobs wait for their schedules; gives the states of those that do. */
async function scheduleJobs(
  jobs: readonly PlannedJob[],
  failed: StartFailure[],
): Promise<readonly Meta[]> {
  const metas: Meta[] = [];
  for (const { plan: { name, spec, environment }, process } of jobs) {
    try {
      await process.awaitSchedule({ spec, environment });
      metas.push(process.meta);
    } catch (error) {
      failed.push(startFailure(name, error));
    }
  }
  return metas;
}

function launch(
  process: ManagedProcess,
  { spec, environment }: PlannedStart,
  { isNew, requestedAt, id, if_running, rolling }: Pick<StartRequest, "if_running" | "rolling"> & {
    readonly isNew: boolean;
    readonly id: string | undefined;
    readonly requestedAt: number;
  },
): Promise<Run> {
  if (isNew) return process.start(requestedAt, id);
  if (if_running === "restart" && rolling && spec.share_port && process.spec.share_port) {
    const change = { spec, environment, request: id };
    return process.handOver(change, requestedAt, readyToTakeOver(process));
  }
  // Whether it runs is looked at in its turn: its policy may start it before that.
  return if_running === "restart"
    ? process.restart({ spec, environment, request: id }, requestedAt)
    : process.startAs(spec, environment, requestedAt, id);
}

async function both(first: Promise<void> | undefined, second: Promise<void>): Promise<void> {
  await Promise.all([first, second]);
}

/** What must come before the start of a planned process; `undefined`: it depends on nothing. */
function prerequisitesOf(
  supervisor: Supervisor,
  { spec }: PlannedStart,
  created: readonly PlannedProcess[],
  notCreated: readonly PlannedStart[],
): Promise<void> | undefined {
  const words = Object.keys(spec.depends_on);
  const missing = notCreated.find((plan) => words.some((word) => isCalled(named(plan), word)));
  if (missing) return Promise.reject(new Deno.errors.Interrupted(couldNotStart(missing.name)));
  const dependencies = dependenciesOf(supervisor, spec, created);
  return dependencies.length > 0 ? awaitDependencies(dependencies) : undefined;
}

function dependenciesOf(
  supervisor: Supervisor,
  spec: PlannedStart["spec"],
  created: readonly PlannedProcess[],
): Dependency[] {
  return readDependsOn(spec.depends_on).flatMap(({ word, condition }) => {
    const beside = created.filter((other) => isCalled(named(other.plan), word));
    const among = new Set(beside.map(({ process }) => process));
    // Where the name is also that of a process that is started with it, others count only as
    // instances of the same app.
    const others = dependenciesCalled(supervisor.processes, spec, word).filter((process) =>
      !among.has(process) && (among.size === 0 || process.spec.config?.file === spec.config?.file)
    );
    return [
      ...beside.map(({ process, done }) => ({ process, condition, started: done.promise })),
      ...others.map((process) => ({ process, condition, started: undefined })),
    ];
  });
}
