/**
 * What has to be done to make true what a file says.
 *
 * @module
 */
import type { Wanted } from "../../config/wanted.ts";
import { isThere } from "../../files/path_info.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { isCalled, readDependsOn } from "../../meta/dependency_graph.ts";
import { isCompletion } from "../../meta/completion.ts";
import type { Meta } from "../../meta/metadata.ts";
import { hasEnded, isMeantToRun, isMeantToStop } from "../../meta/status.ts";
import type { RuntimeRoot } from "../../root.ts";
import { type Origin, readOrigin } from "../config/origin.ts";

/** A process that something is to be done with, and why. */
export interface Change {
  readonly name: string;
  readonly reason: string;
}

/** What has to be done. */
export interface ApplyPlan {
  readonly start: readonly Change[];
  readonly restart: readonly Change[];
  /** Instances the file no longer asks for. */
  readonly stop: readonly Change[];
  /** Processes of apps the file no longer has. */
  readonly gone: readonly Change[];
  readonly unchanged: readonly string[];
  /** Processes that another file has. */
  readonly foreign: readonly Change[];
}

/** A plan made from the files alone, and what can be told more of. */
export interface RoughPlan {
  readonly plan: ApplyPlan;
  /** Names of the processes that the file describes in another way than when they were started. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Compares what a file asks for with the processes on the list, by their files alone.
 *
 * @param file The file, absolute.
 * @param isDead Tells whether a process that should run has died while no supervisor ran.
 */
export function planApply(
  root: RuntimeRoot,
  file: string,
  wanted: readonly Wanted[],
  isDead: (meta: Meta) => boolean,
): RoughPlan {
  const { metas } = listProcesses(root);
  const present = new Map(metas.map((meta) => [meta.name, meta]));
  const plan = {
    start: [] as Change[],
    restart: [] as Change[],
    stop: [] as Change[],
    gone: [] as Change[],
    unchanged: [] as string[],
    foreign: [] as Change[],
  };
  const changed = new Set<string>();
  for (const { name, definition } of wanted) {
    const meta = present.get(name);
    if (!meta) {
      plan.start.push({ name, reason: "new" });
      continue;
    }
    const origin = readOrigin(root, name);
    const { config } = origin;
    const runs = isOnItsWay(meta) && !isDead(meta);
    if (config && config.file !== file && isThere(config.file)) {
      plan.foreign.push({ name, reason: `it belongs to ${config.file}` });
    } else if (config?.file !== file || config.digest !== definition.settings.config?.digest) {
      const isFromHere = config?.file === file;
      if (isFromHere) changed.add(name);
      const reason = isFromHere ? "changed" : "not from this file so far";
      plan[runs ? "restart" : "start"].push({ name, reason });
    } else if (runs || isDone(meta, origin)) {
      plan.unchanged.push(name);
    } else {
      plan.start.push({ name, reason: isOnItsWay(meta) ? "died" : meta.status });
    }
  }
  restartDependants(plan, wanted, (name) => {
    const meta = present.get(name);
    return meta !== undefined && isOnItsWay(meta);
  });
  const names = new Set(wanted.map(({ name }) => name));
  const apps = new Set(wanted.map(({ app }) => app.name));
  for (const { name } of metas) {
    if (names.has(name)) continue;
    const { app, config } = readOrigin(root, name);
    if (config?.file !== file) continue;
    if (apps.has(app ?? name)) plan.stop.push({ name, reason: `'${app}' no longer has it` });
    else plan.gone.push({ name, reason: "gone from the file" });
  }
  return { plan, changed };
}

/**
 * Plans to restart what has not changed, but asks, by `restart` in its `depends_on`, to be restarted
 * with something that is. A job that has ended stays so.
 */
function restartDependants(
  plan: { readonly restart: Change[]; unchanged: string[] },
  wanted: readonly Wanted[],
  runs: (name: string) => boolean,
): void {
  const called = new Map(wanted.map(({ name, app, definition: { port } }) => [
    name,
    { name, app: app.name, port: typeof port === "number" ? port : null },
  ]));
  // What is added while it is walked through is walked through too.
  for (const { name } of plan.restart) {
    for (const { name: other, definition: { settings } } of wanted) {
      if (!plan.unchanged.includes(other) || !runs(other)) continue;
      const asks = readDependsOn(settings.depends_on ?? {})
        .some(({ word, restart }) => restart && isCalled(called.get(name)!, word));
      if (!asks) continue;
      plan.restart.push({ name: other, reason: `with ${name}, which it depends on` });
      plan.unchanged = plan.unchanged.filter((one) => one !== other);
    }
  }
}

/** Whether there is nothing to be done, nor to be said. */
export function isSettled({ start, restart, stop, gone, foreign }: ApplyPlan): boolean {
  return [start, restart, stop, gone, foreign].every((changes) => changes.length === 0);
}

/** Whether it runs, or its policy starts it again, by what its file says. */
function isOnItsWay({ status }: Meta): boolean {
  return isMeantToRun(status) && !hasEnded(status);
}

/** Whether it is a job that ended as it should. */
function isDone({ status, exit_code }: Meta, { autorestart, stop_exit_codes }: Origin): boolean {
  if (!isMeantToStop(status) || exit_code === undefined) return false;
  return isCompletion({ autorestart, stop_exit_codes }, exit_code);
}
