/**
 * Waiting for what a process depends on.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { messageOf, unhandled } from "../../errors.ts";
import { isCalled, readDependsOn } from "../../meta/dependency_graph.ts";
import type { Condition } from "../../settings/table/settings_table.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { isReady } from "../../meta/readiness.ts";
import { hasEnded, isMeantToStop, type Status } from "../../meta/status.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

/** What waiting for a process takes to know of it. */
export type DependencyProcess = Pick<
  ManagedProcess,
  "meta" | "spec" | "run" | "health" | "removed" | "exclusively"
>;

/** Something a process depends on. */
export interface Dependency {
  readonly process: DependencyProcess;
  readonly condition: Condition;
  /** Settles when the start that is under way is done; `undefined`: there is none. */
  readonly started: Promise<unknown> | undefined;
}

/** A process that is about to be started by a supervisor that has just come up. */
export interface ResumableProcess extends Pick<ManagedProcess, "spec" | "giveUp" | "resume"> {}

/** Milliseconds between two looks at a dependency. */
const INTERVAL = 25;

/** What tells by which words a process is called. */
export interface CalledProcess {
  readonly meta: Pick<Meta, "name" | "port">;
  readonly spec: Spec;
}

/**
 * Which of `processes` a word in the `depends_on` of a spec means: those of its own file, else
 * those of its namespace.
 */
export function dependenciesCalled<P extends CalledProcess>(
  processes: readonly P[],
  { config, namespace }: Spec,
  word: string,
): P[] {
  const called = processes.filter(({ meta: { name, port }, spec: { app } }) =>
    isCalled({ name, app, port }, word)
  );
  const ofFile = config === null
    ? []
    : called.filter(({ spec }) => spec.config?.file === config.file);
  return ofFile.length > 0 ? ofFile : called.filter(({ spec }) => spec.namespace === namespace);
}

/**
 * What a process depends on.
 *
 * @param processes All that the supervisor manages.
 * @param startOf Returns the start that is under way of another process, if there is one.
 */
export function dependenciesOf<P extends DependencyProcess>(
  processes: readonly P[],
  spec: Spec,
  startOf: (other: P) => Promise<unknown> | undefined,
): readonly Dependency[] {
  return readDependsOn(spec.depends_on).flatMap(({ word, condition }) =>
    dependenciesCalled(processes, spec, word).map((process) => ({
      process,
      condition,
      started: startOf(process),
    }))
  );
}

/**
 * Starts a process that an earlier supervisor was about to start, behind what it depends on.
 *
 * @param host Returns the processes when all that the earlier supervisor left are among them.
 */
export async function resumeInOrder(
  host: { readonly processes: readonly DependencyProcess[] },
  process: ResumableProcess,
): Promise<void> {
  // What it depends on may be behind it in the list, and not be managed yet.
  await delay(0);
  try {
    await awaitDependencies(dependenciesOf(host.processes, process.spec, () => undefined));
  } catch (error) {
    return await process.giveUp(messageOf(error));
  }
  await process.resume();
}

/**
 * Waits until all dependencies are as they must be.
 *
 * @throws {Deno.errors.Interrupted} saying which one will never be.
 * @throws {Deno.errors.TimedOut} saying which one is not within its `ready_timeout`.
 */
export async function awaitDependencies(dependencies: readonly Dependency[]): Promise<void> {
  await Promise.all(dependencies.map(awaitDependency));
}

/** Says why what depends on `name` is not started. */
export function couldNotStart(name: string): string {
  return `it depends on '${name}', which could not be started`;
}

async function awaitDependency({ process, condition, started }: Dependency): Promise<void> {
  const { name } = process.meta;
  try {
    await started;
  } catch (error) {
    // Until its queue is empty it is not decided whether its policy restarts it.
    await process.exclusively(() => {}).catch(() => {});
    const hasFailed = isInactive(process) || error instanceof Deno.errors.TimedOut;
    // Where its end is waited for, ending in its first moments is no failure.
    if (condition !== "exited" && hasFailed) {
      throw new Deno.errors.Interrupted(couldNotStart(name));
    }
  }
  switch (condition) {
    case "started":
      return await awaitStarted(process);
    case "healthy":
      return await awaitHealthy(process);
    case "exited":
      return await awaitExit(process);
    default:
      return unhandled(condition);
  }
}

async function awaitStarted(process: DependencyProcess): Promise<void> {
  const { name } = process.meta;
  for (const deadline = deadlineOf(process); !isUsable(process);) {
    refuseIfInactive(process, "");
    if (performance.now() > deadline) {
      throw tooLate(
        process,
        process.run === undefined
          ? `it depends on '${name}', which has not been started`
          : `it depends on '${name}', which has not become ready`,
      );
    }
    await delay(INTERVAL);
  }
}

async function awaitHealthy(process: DependencyProcess): Promise<void> {
  const { name } = process.meta;
  for (
    const deadline = deadlineOf(process);
    !isUsable(process) || process.health?.status !== "healthy";
  ) {
    refuseIfInactive(process, " being healthy");
    if (performance.now() > deadline) {
      const last = process.health?.reason ?? process.meta.reason;
      throw tooLate(
        process,
        `it depends on '${name}' being healthy, which it has not become`,
        last,
      );
    }
    await delay(INTERVAL);
  }
}

async function awaitExit(process: DependencyProcess): Promise<void> {
  const { name } = process.meta;
  for (;;) {
    refuseIfRemoved(process);
    const { run, meta } = process;
    if (run) {
      const exit = await run.exited;
      refuseIfRemoved(process);
      if (exit.code === 0) return;
      await delay(INTERVAL);
    } else if (isAtRest(meta.status) && meta.exit_code === 0) {
      return;
    } else if (isInactive(process) || meta.status === "scheduled") {
      throw new Deno.errors.Interrupted(
        `it depends on '${name}' ending with code 0, but that is ${meta.status} ` +
          `(${meta.reason ?? "reason unknown"}); 'tsm logs ${name}' shows what it said`,
      );
    } else await delay(INTERVAL);
  }
}

/** Refuses to wait for a process that nothing will start. */
function refuseIfInactive(process: DependencyProcess, wanted: string): void {
  refuseIfRemoved(process);
  if (!isInactive(process)) return;
  const { meta } = process;
  const because = meta.reason === undefined ? "" : ` (${meta.reason})`;
  throw new Deno.errors.Interrupted(
    `it depends on '${meta.name}'${wanted}, which is ${meta.status}${because}; ` +
      `'tsm start ${meta.name}' starts it`,
  );
}

function refuseIfRemoved({ removed, meta }: DependencyProcess): void {
  if (!removed) return;
  throw new Deno.errors.Interrupted(
    `it depends on '${meta.name}', which has been stopped and removed; start that anew`,
  );
}

/** Whether its last run was the last one, or the last one until its schedule says otherwise. */
function isAtRest(status: Status): boolean {
  return isMeantToStop(status) || status === "scheduled";
}

/** Whether it does not run, and nothing but a request starts it. */
function isInactive({ run, meta: { status }, removed }: DependencyProcess): boolean {
  return removed || !run && hasEnded(status);
}

/** Whether it runs, and is ready where that is waited for. */
function isUsable({ run, meta }: DependencyProcess): boolean {
  return run !== undefined && isReady(meta);
}

function deadlineOf({ spec }: DependencyProcess): number {
  return performance.now() + spec.ready_timeout;
}

function tooLate({ meta, spec }: DependencyProcess, what: string, last?: string): Error {
  return new Deno.errors.TimedOut(
    `${what} within ${spec.ready_timeout / 1000} s${last === undefined ? "" : ` (${last})`}; ` +
      `'tsm describe ${meta.name}' shows how it is, its ready_timeout how long is waited`,
  );
}
