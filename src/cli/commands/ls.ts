import type { ProcessStats } from "../../api/messages/stats.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { withCrashLoop } from "../../meta/crash_loop.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { listQuarantine } from "../../meta/list_quarantine.ts";
import type { Meta } from "../../meta/metadata.ts";
import { oneLine } from "../../printable.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { defaultColumns, type ListColumn, type Listed } from "../ls/columns.ts";
import { formatTable, textOf } from "../output/table.ts";
import { measureFor } from "../output/measure_for.ts";

/** `tsm ls`: lists the processes, from the files alone. */
export const lsCommand: Command = {
  name: "ls",
  usage: "[-l] [--sort KEY] [--columns LIST] [-q]",
  summary: "List the processes",
  description: `
Reads the files below the root. Where no supervisor lives, they are checked against the
running processes, and one that should run and does not is shown as 'dead'.

In a terminal the table is as wide as that: long names, commands and directories are
shortened in their middle, then columns are left out, in this order: cwd, command, pid,
port, restarts, uptime, memory, cpu, says, last. Those of --columns are never left out. Into a pipe all
is printed in full, whatever the width. With -q it prints nothing but ids, one a line.`,
  flags: [
    { name: "long", short: "l", help: "add CPU, memory, command, directory; of jobs the last run" },
    { name: "sort", value: "KEY", help: "by cpu, mem, restarts or uptime, the greatest first" },
    { name: "columns", value: "LIST", help: "only these columns, as in id,name,status,cpu" },
    { name: "no-headers", help: "leave the headers out" },
  ],
  examples: [
    { command: "tsm ls", does: "list all processes" },
    { command: "tsm ls -l", does: "list them with what they use and run" },
    { command: "tsm ls -l --sort mem", does: "the same, who holds the most memory first" },
    { command: "tsm ls --columns name,pid,memory --no-headers", does: "just that, for awk" },
    {
      command: `tsm ls --json | jq -r '.[] | select(.status == "errored").name'`,
      does: "the names of those that gave up",
    },
  ],
  async run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        `Cannot list '${
          args.words.join(" ")
        }': 'tsm ls' takes no words; 'tsm describe NAME' shows one process`,
      );
    }
    const order = args.get("sort") === undefined
      ? undefined
      : await import("../select/list_order.ts");
    const key = order?.parseListKey(args.get("sort")!);
    const { root } = context;
    const sortsByUse = key === "cpu" || key === "mem";
    const chosen = args.get("columns");
    const columns = chosen === undefined
      ? defaultColumns(args.has("long") || sortsByUse)
      : (await import("../ls/chosen_columns.ts")).chosenColumns(chosen);
    const supervised = isSupervisorAlive(root);
    // No program has to be run from here on: the permission to run programs is given up too.
    if (supervised) Deno.permissions.revokeSync({ name: "run" });
    const { metas, unreadable } = listProcesses(root);
    const found = supervised ? metas : await checkAlive(metas, context);
    for (const { name, reason } of unreadable) {
      context.warn(oneLine(`tsm: cannot read '${name}': ${reason}`));
    }
    for (const { name, reason } of listQuarantine(root)) {
      context.warn(oneLine(`tsm: in quarantine: ${root.quarantine}/${name}: ${reason}`));
    }
    const stats = sortsByUse || needsStats(args, context, columns)
      ? await readStats(context, supervised)
      : undefined;
    const listed = order && key ? order.inOrder<Listed>(found, stats ?? {}, key) : found;
    if (context.json) {
      const rows = stats ? withStats(listed, stats) : listed;
      context.print(JSON.stringify(rows.map(withCrashLoop), null, 2));
      return;
    }
    if (context.quiet) {
      for (const { tsm_id } of listed) context.print(String(tsm_id));
      return;
    }
    const shown = chosen === undefined
      ? columns.filter(({ isOf }) => isOf === undefined || listed.some(isOf))
      : columns;
    const rows = listed.map((meta) => shown.map(({ cell }) => cell(meta, stats?.[meta.name])));
    const lines = formatTable(shown, rows, context.color, {
      available: context.columns,
      headers: !args.has("no-headers"),
      // The other columns hold plain ASCII only: measuring those with the tables of Unicode would
      // cost time.
      measure: await measureFor(
        shown.some(({ isLong }) => isLong) ? rows.flat().map(textOf) : [],
      ),
    });
    if (lines.length > 0) context.print(lines.join("\n"));
    if (listed.length === 0 && Deno.stdout.isTerminal()) {
      context.warn(`No processes. Start one: tsm start "node server.js" --name myapp`);
    }
  },
};

async function checkAlive(
  metas: readonly Meta[],
  context: Context,
): Promise<readonly Listed[]> {
  const running = metas.filter(({ pid }) => pid !== null);
  if (running.length === 0) return metas;
  // Only here: where a supervisor lives, 'ls' has no process to look at.
  const { isAlive } = await import("../../process/process_table.ts");
  const { readProcessesSync } = await import("../../process/linux/read_process_table.ts");
  const table = readProcessesSync(running.map(({ pid }) => pid!));
  context.warn("tsm: no supervisor is running; showing what the files say and which pids live");
  return metas.map((meta) =>
    meta.pid !== null && !isAlive(table, meta.pid, meta.pid_start)
      ? { ...meta, status: "dead" as const }
      : meta
  );
}

function needsStats(args: Arguments, context: Context, columns: readonly ListColumn[]): boolean {
  if (context.json) return args.has("long");
  return !context.quiet && columns.some((column) => column.needsStats);
}

async function readStats(
  context: Context,
  supervised: boolean,
): Promise<Readonly<Record<string, ProcessStats>>> {
  if (!supervised) return {};
  // Only for -l: a plain 'ls' loads neither fetch's side nor the schema library.
  const { findSupervisor } = await import("../connection/connection.ts");
  const { statsMessage } = await import("../../api/messages/stats.ts");
  const { awaitAnswer } = await import("../connection/await_answer.ts");
  const address = await findSupervisor(context.root);
  return address ? (await awaitAnswer(context, address, statsMessage, {})).stats : {};
}

function withStats(listed: readonly Listed[], stats: Readonly<Record<string, ProcessStats>>) {
  return listed.map((meta) => ({
    ...meta,
    cpu: stats[meta.name]?.cpu ?? null,
    mem: stats[meta.name]?.mem ?? null,
  }));
}
