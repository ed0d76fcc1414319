import type { ProcessStats } from "../../api/messages/stats.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { listQuarantine } from "../../meta/list_quarantine.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isAlive, readProcessesSync } from "../../process/process_table.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { formatDuration } from "../output/duration.ts";
import { statusColor } from "../output/color.ts";
import { formatSize } from "../output/size.ts";
import { type Cell, type Column, formatTable } from "../output/table.ts";

/** What `ls` shows: a process's state, or `dead` where it should run and does not. */
type Listed = Omit<Meta, "status"> & { readonly status: Meta["status"] | "dead" };

/** The source document's columns. */
const COLUMNS: readonly Column[] = [
  { header: "ID", width: 2, gap: 2 },
  { header: "Name", width: 12 },
  { header: "PID", width: 6 },
  { header: "Port", width: 5 },
  { header: "Status", width: 8 },
  { header: "Uptime", width: 7 },
  { header: "Restarts", width: 8 },
];

const LONG_COLUMNS: readonly Column[] = [
  { header: "CPU", width: 6 },
  { header: "Memory", width: 7 },
  { header: "Command", width: 12 },
  { header: "Cwd", width: 3 },
];

/** `tsm ls`: lists the processes, from the files alone. */
export const lsCommand: Command = {
  name: "ls",
  usage: "[-l] [--sort KEY]",
  summary: "List the processes",
  description: `
Reads the files below the root. Where no supervisor lives, they are checked against the
running processes, and one that should run and does not is shown as 'dead'.`,
  flags: [
    { name: "long", short: "l", help: "add CPU, memory, command and working directory" },
    { name: "sort", value: "KEY", help: "by cpu, mem, restarts or uptime, the greatest first" },
  ],
  examples: [
    { command: "tsm ls", does: "list all processes" },
    { command: "tsm ls -l", does: "list them with what they use and run" },
    { command: "tsm ls -l --sort mem", does: "the same, who holds the most memory first" },
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
    const order = args.get("sort") === undefined ? undefined : await import("../list_order.ts");
    const key = order?.parseListKey(args.get("sort")!);
    const { root } = context;
    const supervised = isSupervisorAlive(root);
    // Nothing is left to run: give that permission up as well.
    if (supervised) Deno.permissions.revokeSync({ name: "run" });
    const { metas, unreadable } = listProcesses(root);
    const found = supervised ? metas : checkAlive(metas, context);
    for (const { name, reason } of unreadable) {
      context.warn(`tsm: cannot read '${name}': ${reason}`);
    }
    for (const { name, reason } of listQuarantine(root)) {
      context.warn(`tsm: in quarantine: ${root.quarantine}/${name}: ${reason}`);
    }
    const isLong = args.has("long") || key === "cpu" || key === "mem";
    const stats = isLong ? await readStats(context, supervised) : undefined;
    const listed = order && key ? order.inOrder<Listed>(found, stats ?? {}, key) : found;
    if (context.json) {
      context.print(JSON.stringify(stats ? withStats(listed, stats) : listed, null, 2));
      return;
    }
    const columns = stats ? [...COLUMNS, ...LONG_COLUMNS] : COLUMNS;
    const rows = listed.map((meta) => [
      ...row(meta),
      ...stats ? longCells(meta, stats[meta.name]) : [],
    ]);
    context.print(formatTable(columns, rows, context.color).join("\n"));
    if (listed.length === 0 && !context.quiet && Deno.stdout.isTerminal()) {
      context.warn(`No processes. Start one: tsm start "node server.js" --name myapp`);
    }
  },
};

function checkAlive(metas: readonly Meta[], context: Context): readonly Listed[] {
  const running = metas.filter(({ pid }) => pid !== null);
  if (running.length === 0) return metas;
  const table = readProcessesSync(running.map(({ pid }) => pid!));
  context.warn("tsm: no supervisor is running; showing what the files say and which pids live");
  return metas.map((meta) =>
    meta.pid !== null && !isAlive(table, meta.pid, meta.pid_start)
      ? { ...meta, status: "dead" as const }
      : meta
  );
}

async function readStats(
  context: Context,
  supervised: boolean,
): Promise<Readonly<Record<string, ProcessStats>>> {
  if (!supervised) return {};
  // Only for -l: a plain 'ls' loads neither fetch's side nor the schema library.
  const { findSupervisor } = await import("../connection.ts");
  const { statsMessage } = await import("../../api/messages/stats.ts");
  const { request } = await import("../../api/client.ts");
  const address = await findSupervisor(context.root);
  return address ? (await request(address, statsMessage, {})).stats : {};
}

function withStats(listed: readonly Listed[], stats: Readonly<Record<string, ProcessStats>>) {
  return listed.map((meta) => ({
    ...meta,
    cpu: stats[meta.name]?.cpu ?? null,
    mem: stats[meta.name]?.mem ?? null,
  }));
}

function row(meta: Listed): Cell[] {
  const { tsm_id, name, pid, port, status, start_time, restarts } = meta;
  const isUp = status === "online" || status === "stopping" || status === "launching";
  const uptime = isUp && start_time !== null ? formatDuration(Date.now() / 1000 - start_time) : "-";
  return [
    String(tsm_id),
    name,
    status === "dead" || pid === null ? "-" : String(pid),
    port === null ? "-" : String(port),
    { text: statusText(meta), color: statusColor(status) },
    uptime,
    String(restarts),
  ];
}

/** The status, and how long one that backs off still waits. */
function statusText({ status, retry_at }: Listed): string {
  if (status !== "waiting" || retry_at === undefined) return status;
  return `${status} ${formatDuration(retry_at - Date.now() / 1000)}`;
}

function longCells(meta: Listed, stats: ProcessStats | undefined): Cell[] {
  return [
    stats ? `${stats.cpu.toFixed(1)}%` : "-",
    stats ? formatSize(stats.mem * 1024) : "-",
    meta.command,
    meta.cwd,
  ];
}
