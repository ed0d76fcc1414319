/**
 * Waiting for what a process depends on.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { messageOf } from "../errors.ts";
import { isCalled } from "../meta/dependency_graph.ts";
import type { Condition } from "../meta/run_settings.ts";
import type { ManagedProcess } from "./managed_process.ts";
import type { Supervisor } from "./supervisor.ts";

/** Something a process depends on. */
export interface Dependency {
  readonly process: ManagedProcess;
  readonly condition: Condition;
  /** Settles when the start that is under way is done; `undefined`: there is none. */
  readonly started: Promise<unknown> | undefined;
}

const LOOK_EVERY = 25;

/** The processes of a supervisor that `word`, as in `depends_on`, means. */
export function dependenciesCalled(supervisor: Supervisor, word: string): ManagedProcess[] {
  return supervisor.processes.filter(({ meta: { name, port }, spec: { app } }) =>
    isCalled({ name, app, port }, word)
  );
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
    dependenciesCalled(supervisor, word).map((process) => ({
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

async function awaitDependency({ process, condition, started }: Dependency): Promise<void> {
  const { name } = process.meta;
  try {
    await started;
  } catch {
    // One that is to end may well have done so in its first moments.
    if (condition !== "exited") {
      throw new Deno.errors.Interrupted(`it depends on '${name}', which could not be started`);
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
    const { run, meta } = process;
    if (run) {
      const exit = await run.exited;
      if (exit.code === 0) return;
      await delay(LOOK_EVERY);
    } else if (meta.status === "stopped" && meta.exit_code === 0) {
      return;
    } else if (meta.status === "stopped" || meta.status === "errored") {
      throw new Deno.errors.Interrupted(
        `it depends on '${name}' ending with code 0, but that is ${meta.status} ` +
          `(${meta.reason ?? "reason unknown"}); 'tsm logs ${name}' shows what it said`,
      );
    } else await delay(LOOK_EVERY);
  }
}

/** Refuses to wait for a process that nothing will start. */
function refuseIfAtRest({ run, meta }: ManagedProcess, wanted: string): void {
  if (run || (meta.status !== "stopped" && meta.status !== "errored")) return;
  const because = meta.reason === undefined ? "" : ` (${meta.reason})`;
  throw new Deno.errors.Interrupted(
    `it depends on '${meta.name}'${wanted}, which is ${meta.status}${because}; ` +
      `'tsm start ${meta.name}' starts it`,
  );
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
