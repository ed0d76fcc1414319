/**
 * Waiting for what a process depends on.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { messageOf } from "../../errors.ts";
import { isCalled } from "../../meta/dependency_graph.ts";
import type { Condition } from "../../settings/table/settings_table.ts";
import type { Spec } from "../../meta/spec.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";

/** Something a process depends on. */
export interface Dependency {
  readonly process: ManagedProcess;
  readonly condition: Condition;
  /** Settles when the start that is under way is done; `undefined`: there is none. */
  readonly started: Promise<unknown> | undefined;
}

const LOOK_EVERY = 25;

/**
 * The processes of a supervisor that `word`, as in the `depends_on` of `spec`, means: those
 * of its own file, else those of its namespace.
 */
export function dependenciesCalled(
  supervisor: Supervisor,
  { config, namespace }: Spec,
  word: string,
): ManagedProcess[] {
  const called = supervisor.processes.filter(({ meta: { name, port }, spec: { app } }) =>
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
 * @param startOf Gives the start that is under way of another process, if there is one.
 */
export function dependenciesOf(
  supervisor: Supervisor,
  { spec }: ManagedProcess,
  startOf: (other: ManagedProcess) => Promise<unknown> | undefined,
): readonly Dependency[] {
  return Object.entries(spec.depends_on).flatMap(([word, condition]) =>
    dependenciesCalled(supervisor, spec, word).map((process) => ({
      process,
      condition,
      started: startOf(process),
    }))
  );
}

/** Starts a process that an earlier supervisor was about to, when what it depends on is there. */
export async function resumeInOrder(
  supervisor: Supervisor,
  process: ManagedProcess,
): Promise<void> {
  // The others are taken in hand first.
  await delay(0);
  try {
    await awaitDependencies(dependenciesOf(supervisor, process, () => undefined));
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
    // What its end leads to is decided in its turn.
    await process.exclusively(() => {}).catch(() => {});
    // One that is to end may well have done so in its first moments; another one that did
    // may be restarted by its policy.
    const isLost = isAtRest(process) || error instanceof Deno.errors.TimedOut;
    if (condition !== "exited" && isLost) {
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
  }
}

async function awaitStarted(process: ManagedProcess): Promise<void> {
  const { name } = process.meta;
  for (const deadline = deadlineOf(process); process.run === undefined;) {
    refuseIfAtRest(process, "");
    if (performance.now() > deadline) {
      throw tooLate(process, `it depends on '${name}', which has not been started`);
    }
    await delay(LOOK_EVERY);
  }
}

async function awaitHealthy(process: ManagedProcess): Promise<void> {
  const { name } = process.meta;
  for (const deadline = deadlineOf(process); process.health?.status !== "healthy";) {
    refuseIfAtRest(process, " being healthy");
    if (performance.now() > deadline) {
      const last = process.health?.reason ?? process.meta.reason;
      throw tooLate(
        process,
        `it depends on '${name}' being healthy, which it has not become`,
        last,
      );
    }
    await delay(LOOK_EVERY);
  }
}

async function awaitExit(process: ManagedProcess): Promise<void> {
  const { name } = process.meta;
  for (;;) {
    refuseIfRemoved(process);
    const { run, meta } = process;
    if (run) {
      const exit = await run.exited;
      refuseIfRemoved(process);
      if (exit.code === 0) return;
      await delay(LOOK_EVERY);
    } else if (meta.status === "stopped" && meta.exit_code === 0) {
      return;
    } else if (isAtRest(process)) {
      throw new Deno.errors.Interrupted(
        `it depends on '${name}' ending with code 0, but that is ${meta.status} ` +
          `(${meta.reason ?? "reason unknown"}); 'tsm logs ${name}' shows what it said`,
      );
    } else await delay(LOOK_EVERY);
  }
}

/** Refuses to wait for a process that nothing will start. */
function refuseIfAtRest(process: ManagedProcess, wanted: string): void {
  refuseIfRemoved(process);
  if (!isAtRest(process)) return;
  const { meta } = process;
  const because = meta.reason === undefined ? "" : ` (${meta.reason})`;
  throw new Deno.errors.Interrupted(
    `it depends on '${meta.name}'${wanted}, which is ${meta.status}${because}; ` +
      `'tsm start ${meta.name}' starts it`,
  );
}

function refuseIfRemoved({ removed, meta }: ManagedProcess): void {
  if (!removed) return;
  throw new Deno.errors.Interrupted(
    `it depends on '${meta.name}', which has been stopped and removed; start that anew`,
  );
}

/** Whether it does not run, and nothing but a request starts it. */
function isAtRest({ run, meta: { status }, removed }: ManagedProcess): boolean {
  return removed || !run && (status === "stopped" || status === "errored");
}

function deadlineOf({ spec }: ManagedProcess): number {
  return performance.now() + spec.ready_timeout;
}

function tooLate({ meta, spec }: ManagedProcess, what: string, last?: string): Error {
  return new Deno.errors.TimedOut(
    `${what} within ${spec.ready_timeout / 1000} s${last === undefined ? "" : ` (${last})`}; ` +
      `'tsm describe ${meta.name}' shows how it is, its ready_timeout how long is waited`,
  );
}
