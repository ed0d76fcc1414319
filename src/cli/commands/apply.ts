import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import type { ConfigFile } from "../../settings/app.ts";
import { type Wanted, wantedOf } from "../../config/wanted.ts";
import { readConfig } from "../../config/read_config.ts";
import { withContext } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import {
  type ApplyPlan,
  type Change,
  isSettled,
  planApply,
  type RoughPlan,
} from "../apply/apply_plan.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { configPath } from "../config/config_path.ts";
import { giveUpRunning, NODE_FLAG } from "../config/node_flag.ts";
import { tellNotes } from "../config/tell_notes.ts";
import type { Context } from "../context.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { ENV_NAME_FLAG } from "../parse/env_name_flag.ts";
import { EXIT } from "../exit_code.ts";

/** `tsm apply`: makes true what a file says. */
export const applyCommand: Command = {
  name: "apply",
  usage: "[FILE] [--prune] [--dry-run] [--at-once] [--env-name NAME] [--node]",
  summary: "Make true what a tsm.jsonc says",
  description: `
Compares FILE (tsm.jsonc, a Procfile or a file of PM2's) with what runs, shows the difference
and makes it true: starts what is missing, restarts only what has changed (its env file
included), stops instances there are too many of. Instances of an app are restarted one after
another, each when the one before is ready; what does not come up leaves the others as they
were. Processes whose app is gone from the file
are stopped with --prune, else only named. A process belongs to the file that started it.

A file that is a program (ecosystem.config.js) runs with your rights. --dry-run evaluates it
without the permission to run programs; with --node Node evaluates it where it needs that.`,
  flags: [
    { name: "prune", help: "stop the processes that are gone from the file" },
    { name: "dry-run", short: "n", help: "only show the difference" },
    { name: "at-once", help: "restart all instances of an app at the same time" },
    ENV_NAME_FLAG,
    NODE_FLAG,
  ],
  examples: [
    { command: "tsm apply tsm.jsonc --dry-run", does: "see what would be done" },
    { command: "tsm apply --prune", does: "make ./tsm.jsonc true, and stop what is gone from it" },
    {
      command: "tsm apply --dry-run --json | jq -r '.restart[].name'",
      does: "the names of those that have changed",
    },
  ],
  async run(args, context) {
    const path = configPath(args, "apply");
    const isDryRun = args.has("dry-run");
    const isSupervised = isSupervisorAlive(context.root);
    if (!isSupervised && !isDryRun) await bringUpSupervisor(context);
    const isDead = isSupervised || !isDryRun ? () => false : await deathCheck(context);
    if (isDryRun) giveUpRunning(args);
    const wanted = await readWanted(path, args, context);
    const rough = planApply(context.root, resolveHere(path), wanted, isDead);
    if (isSettled(rough.plan)) {
      report(context, rough.plan, { failed: [] });
      return EXIT.done;
    }
    const plan = await withDetail(rough, wanted, context);
    const { executePlan } = await import("../apply/execute_plan.ts");
    const failed = await executePlan({ path, plan, wanted, args, context });
    report(context, plan, { failed });
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};

/** The plan, with what has changed of each process. */
async function withDetail(
  { plan, changed }: RoughPlan,
  wanted: readonly Wanted[],
  { root }: Context,
): Promise<ApplyPlan> {
  const { describeChange } = await import("../apply/describe_change.ts");
  const explain = (change: Change): Change => {
    if (!changed.has(change.name)) return change;
    const one = wanted.find(({ name }) => name === change.name);
    const what = one && describeChange(root, one);
    // Where nothing in the file has changed, it is the content of its env file.
    const other = one?.definition.settings.env_file ? "its env file" : "how it is run";
    return { ...change, reason: `changed: ${what ?? other}` };
  };
  return { ...plan, start: plan.start.map(explain), restart: plan.restart.map(explain) };
}

/** What the file asks for; where it is wrong, all that is wrong with it is told. */
async function readWanted(
  path: string,
  args: Arguments,
  context: Context,
): Promise<readonly Wanted[]> {
  const options = { variables: givenEnvironment(), envName: args.get("env-name"), quick: true };
  let file: ConfigFile;
  try {
    file = await readConfig(resolveHere(path), options);
  } catch (error) {
    throw withContext(`Cannot apply '${path}'`, error);
  }
  if (file.problems.length > 0) {
    const { loadConfig } = await import("../config/config_file.ts");
    file = await loadConfig(path, "apply", args);
  }
  tellNotes(file, context);
  if (file.apps.every(({ settings }) => !settings.share_port)) {
    return wantedOf(file.apps, file.path);
  }
  const { foldApps } = await import("../start/fold_instances.ts");
  const folded = await foldApps(file.apps, options.variables);
  for (const note of folded.notes) context.warn(`tsm: ${note}`);
  return wantedOf(folded.items, file.path);
}

/** Starts a supervisor, which finds out what has died: the plan is made of what it then records. */
async function bringUpSupervisor(context: Context): Promise<void> {
  const { ask } = await import("../connection/connection.ts");
  const { pingMessage } = await import("../../api/messages/ping.ts");
  await ask(context, pingMessage, {});
}

/** Without a supervisor, the files may say that something runs which does not. */
async function deathCheck(context: Context): Promise<(meta: Meta) => boolean> {
  const { listProcesses } = await import("../../meta/list_processes.ts");
  const { isAlive } = await import("../../process/process_table.ts");
  const { readProcessesSync } = await import("../../process/linux/read_process_table.ts");
  const pids = listProcesses(context.root).metas.flatMap(({ pid }) => pid === null ? [] : [pid]);
  const table = readProcessesSync(pids);
  return ({ pid, pid_start }) => pid === null || !isAlive(table, pid, pid_start);
}

function report(
  context: Context,
  plan: ApplyPlan,
  { failed }: { readonly failed: readonly Change[] },
): void {
  if (context.json) context.print(JSON.stringify({ ...plan, failed }, null, 2));
  if (!isSettled(plan)) return;
  const { length } = plan.unchanged;
  context.say(
    `Nothing to change: ${
      length === 1 ? "1 process is" : `${length} processes are`
    } as the file says`,
  );
}
