import { startMessage } from "../../api/messages/start.ts";
import { stopMessage, type StopResponse } from "../../api/messages/stop.ts";
import type { Wanted } from "../../config/wanted.ts";
import { exactly } from "../../meta/select.ts";
import type { ApplyPlan, Change } from "./apply_plan.ts";
import type { Arguments } from "../parse/arguments.ts";
import { loadConfig } from "../config/config_file.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import { type Color, paint } from "../output/color.ts";
import { whileWaiting } from "../output/progress.ts";
import { describeStarted, failure } from "../output/started.ts";
import { warnOfLogLinks } from "../start/warn_of_log_links.ts";

/** What is to be carried out. */
interface Task {
  /** The file, as the user gave it. */
  readonly path: string;
  readonly plan: ApplyPlan;
  readonly wanted: readonly Wanted[];
  readonly args: Arguments;
  readonly context: Context;
}

/**
 * Shows what a plan changes, and does it: stops first, then starts and restarts in the
 * order their dependencies ask for.
 *
 * @returns what could not be done.
 * @throws {Deno.errors.InvalidData} if the file is wrong; then nothing is done.
 */
export async function executePlan(task: Task): Promise<readonly Change[]> {
  const { path, plan, args, context } = task;
  await loadConfig(path, "apply", args);
  const prunes = args.has("prune");
  show(context, plan, prunes);
  if (plan.foreign.length > 0 && !args.has("dry-run")) {
    const names = plan.foreign.map(({ name, reason }) => `'${name}': ${reason}`).join("; ");
    throw new Deno.errors.AlreadyExists(
      `Cannot apply '${path}': ${names}; stop it, or give it another name here`,
    );
  }
  if (plan.gone.length > 0 && !prunes) {
    const names = plan.gone.map(({ name }) => name).join(", ");
    context.warn(`tsm: gone from '${path}', but left as they are: ${names}; --prune stops them`);
  }
  if (args.has("dry-run")) {
    context.say("Nothing was done: this was --dry-run");
    return [];
  }
  const lasting = await stopSurplus(task, prunes ? [...plan.stop, ...plan.gone] : plan.stop);
  return [...lasting, ...await startChanged(task)];
}

/** Stops what is no longer meant to run; returns the ones that do not end. */
async function stopSurplus(
  { context }: Task,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  if (changes.length === 0) return [];
  const names = changes.map(({ name }) => name);
  const answers = await whileWaiting(
    context,
    `waiting for ${names.join(", ")} to end …`,
    Promise.all(names.map((name) => stopOne(context, name))),
  );
  for (const { name } of answers.flatMap(({ stopped }) => stopped)) {
    context.say(`Stopped and removed ${name}`);
  }
  const failed = answers.flatMap((answer) => answer.failed);
  for (const { name, reason } of failed) context.warn(`tsm: Cannot stop '${name}': ${reason}`);
  return failed;
}

async function stopOne(context: Context, name: string): Promise<StopResponse> {
  try {
    return await ask(context, stopMessage, { selectors: [exactly(name)], keep: false });
  } catch (error) {
    // Somebody has removed the process since the plan was made: nothing is left to stop.
    if (error instanceof Deno.errors.NotFound) return { stopped: [], failed: [] };
    throw error;
  }
}

async function startChanged({ plan, wanted, args, context }: Task): Promise<readonly Change[]> {
  const begun = new Set(plan.start.map(({ name }) => name));
  const names = new Set([...begun, ...plan.restart.map(({ name }) => name)]);
  if (names.size === 0) return [];
  const { variables, undecodable } = readEnvironment();
  const { started, failed } = await whileWaiting(
    context,
    `waiting for ${[...names].join(", ")} …`,
    ask(context, startMessage, {
      environment: variables,
      definitions: wanted.filter(({ name }) => names.has(name)).map(({ definition }) => definition),
      if_running: "restart",
      ...args.has("at-once") ? {} : { rolling: true },
      source: "file",
      wait: 0,
    }),
  );
  await warnOfUndecodable(context, undecodable);
  for (const meta of started) {
    // What is in no plan was restarted with what it depends on.
    const done = begun.has(meta.name) ? "Started" : "Restarted";
    context.say(`${done} ${describeStarted(meta)}`);
  }
  await warnOfLogLinks(context, started);
  for (const { name, reason } of failed) context.warn(failure(name, reason));
  return failed.map(({ name, reason }) => ({ name, reason }));
}

function show(context: Context, plan: ApplyPlan, prunes: boolean): void {
  const say = (sign: string, color: Color, what: string, changes: readonly Change[]) => {
    for (const { name, reason } of changes) {
      context.say(`${paint(`${sign} ${what}`, color, context.color)} ${name}  (${reason})`);
    }
  };
  say("+", "green", "start  ", plan.start);
  say("~", "yellow", "restart", plan.restart);
  say("-", "red", "stop   ", plan.stop);
  if (prunes) say("-", "red", "stop   ", plan.gone);
  say("!", "red", "foreign", plan.foreign);
  if (plan.unchanged.length > 0) context.say(`= ${plan.unchanged.length} unchanged`);
}
