import { request } from "../../api/client.ts";
import { healthMessage, type HealthResponse, type HealthState } from "../../api/messages/health.ts";
import { type ProcessStats, statsMessage, type StatsResponse } from "../../api/messages/stats.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { type HistoryEntry, readHistory } from "../../db/read_history.ts";
import { directoryEntries } from "../../files/directory_entries.ts";
import { type LogProblems, readLogProblems } from "../../logs/log_problems.ts";
import { lastLines } from "../../logs/last_lines.ts";
import type { Meta } from "../../meta/metadata.ts";
import { changedSettings, readSpec, type Spec } from "../../meta/spec.ts";
import { isAlive, readProcessesSync } from "../../process/process_table.ts";
import { processPaths } from "../../root.ts";
import type { Command } from "../command.ts";
import { findSupervisor } from "../connection.ts";
import type { Context } from "../context.ts";
import { paint, statusColor } from "../output/color.ts";
import { formatDuration } from "../output/duration.ts";
import { formatSize } from "../output/size.ts";
import { selectListed } from "../select_listed.ts";

/** A file of a process's directory. */
interface FileEntry {
  readonly name: string;
  /** Bytes; `null` for the link. */
  readonly size: number | null;
}

/** Everything known about one process. */
interface Description {
  readonly meta: Omit<Meta, "status"> & { readonly status: Meta["status"] | "dead" };
  readonly spec: Spec | undefined;
  readonly stats: ProcessStats | undefined;
  /** `undefined` where it has no check, does not run, or nobody is there to ask. */
  readonly health: HealthState | undefined;
  readonly directory: string;
  readonly files: readonly FileEntry[];
  readonly history: readonly HistoryEntry[];
  readonly lastErrors: readonly string[];
  readonly logProblems: LogProblems;
}

/** `tsm describe`: everything known about a process. */
export const describeCommand: Command = {
  name: "describe",
  usage: "SEL…",
  summary: "Show everything known about a process",
  flags: [],
  examples: [
    {
      command: "tsm describe myapp-3000",
      does: "what it runs, how it is doing, what happened to it",
    },
    { command: "tsm describe myapp-3000 --json | jq .history", does: "the same for programs" },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot describe: no process is named; example: tsm describe api",
      );
    }
    const metas = selectListed(context, "describe", args.words);
    const live = await readLive(context);
    const described = metas.map((meta) => gather(context, meta, live));
    if (context.json) {
      const values = described.map(asJson);
      context.print(JSON.stringify(values.length === 1 ? values[0] : values, null, 2));
      return;
    }
    context.print(described.map((one) => layOut(one, context.color)).join("\n\n"));
  },
};

/** What only the supervisor knows. */
type Live = StatsResponse & HealthResponse;

async function readLive(context: Context): Promise<Live> {
  const address = await findSupervisor(context.root);
  if (!address) return { stats: {}, health: {} };
  const [{ stats }, { health }] = await Promise.all([
    request(address, statsMessage, {}),
    // One of an earlier version does not know it.
    request(address, healthMessage, {}).catch(() => ({ health: {} })),
  ]);
  return { stats, health };
}

function gather(
  context: Context,
  meta: Meta,
  { stats, health }: Live,
): Description {
  const { root } = context;
  const paths = processPaths(root, meta.name);
  let spec: Spec | undefined;
  try {
    spec = readSpec(root, meta.name);
  } catch (error) {
    context.warn(`tsm: spec.json of '${meta.name}': ${(error as Error).message}`);
  }
  const isDead = meta.pid !== null && !isSupervisorAlive(root) &&
    !isAlive(readProcessesSync([meta.pid]), meta.pid, meta.pid_start);
  return {
    meta: isDead ? { ...meta, status: "dead" } : meta,
    spec,
    stats: stats[meta.name],
    health: health[meta.name],
    directory: paths.dir,
    files: listFiles(paths.dir),
    history: readHistory(root, meta.name).slice(-10),
    lastErrors: lastLines(paths.err, 5),
    logProblems: readLogProblems(root, meta.name),
  };
}

function listFiles(dir: string): FileEntry[] {
  return directoryEntries(dir)
    // What is about to be renamed may be gone before we look at it.
    .filter(({ name }) => !name.endsWith(".tmp"))
    .flatMap(({ name, isFile }) => {
      const size = isFile ? fileSize(`${dir}/${name}`) : null;
      return size === undefined ? [] : [{ name, size }];
    })
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** `undefined` where the file has just been removed. */
function fileSize(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function asJson(description: Description) {
  const { meta, spec, stats, health, directory, files, history, lastErrors, logProblems } =
    description;
  return {
    ...meta,
    cpu: stats?.cpu ?? null,
    mem: stats?.mem ?? null,
    processes: stats?.processes ?? null,
    health: health ?? null,
    directory,
    spec: spec ?? null,
    files,
    history,
    last_errors: lastErrors,
    log_problems: logProblems,
  };
}

function layOut(description: Description, color: boolean): string {
  const { meta, spec, stats, health, directory, files, history, lastErrors, logProblems } =
    description;
  const now = Date.now() / 1000;
  const isUp = meta.status === "online" || meta.status === "stopping";
  const facts: [string, string | undefined][] = [
    ["status", paint(meta.status, statusColor(meta.status), color)],
    [isUp ? "last exit" : "because", meta.reason],
    ["id", String(meta.tsm_id)],
    ["pid", meta.pid === null ? undefined : String(meta.pid)],
    ["port", meta.port === null ? undefined : String(meta.port)],
    ["started", meta.start_time === null ? undefined : formatTime(meta.start_time)],
    [
      "uptime",
      isUp && meta.start_time !== null ? formatDuration(now - meta.start_time) : undefined,
    ],
    ["restarts", `${meta.restarts} (${meta.unstable_restarts} unstable in a row)`],
    ["health", health && describeHealth(health)],
    ["cpu", stats && `${stats.cpu.toFixed(1)}% of one core`],
    ["memory", stats && `${formatSize(stats.mem * 1024)} in ${stats.processes} processes`],
  ];
  const runs: [string, string | undefined][] = [
    ["command", meta.command],
    ["executes", spec && spec.argv.join(" ")],
    ["interpreter", meta.interpreter ?? undefined],
    ["cwd", meta.cwd],
    ["env file", meta.env_file ?? undefined],
    ["user", spec?.user ?? undefined],
    ["namespace", spec?.namespace],
  ];
  const shown = new Set(["interpreter", "port", "env_file", "user", "namespace"]);
  const policy = Object.entries(spec ? changedSettings(spec) : {})
    .filter(([key]) => !shown.has(key))
    .map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
  const sections = [
    [paint(meta.name, "bold", color), ...lines(facts)],
    ["Runs", ...lines(runs)],
    policy.length > 0 ? ["Differs from the defaults", ...lines(policy)] : [],
    [
      `Files in ${directory}`,
      ...files.map(({ name, size }) => `  ${name}${size === null ? "" : `  ${formatSize(size)}`}`),
    ],
    Object.keys(logProblems).length > 0
      ? ["Trouble with logs", ...lines(Object.entries(logProblems))]
      : [],
    history.length > 0 ? ["Last events", ...history.map(formatEvent)] : [],
    lastErrors.length > 0 ? ["Last lines of stderr", ...lastErrors.map((line) => `  ${line}`)] : [],
    ["Next", ...nextSteps(meta.name, isUp).map((step) => `  ${step}`)],
  ];
  return sections.filter((section) => section.length > 0).map((section) => section.join("\n"))
    .join("\n\n");
}

function describeHealth({ status, failures, reason }: HealthState): string {
  if (reason === null) return status;
  return `${status}: ${reason}${failures > 0 ? `, ${failures} in a row` : ""}`;
}

function lines(facts: readonly [string, string | undefined][]): string[] {
  return facts.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
}

function nextSteps(name: string, isUp: boolean): string[] {
  return isUp
    ? [`tsm logs ${name}`, `tsm restart ${name}`, `tsm stop ${name}`]
    : [`tsm logs ${name} --err --no-follow`, `tsm start ${name}`, `tsm delete ${name}`];
}

function formatEvent(entry: HistoryEntry): string {
  const detail = [
    entry.pid ? `pid ${entry.pid}` : undefined,
    entry.reason,
    entry.uptime === undefined ? undefined : `after ${formatDuration(entry.uptime)}`,
  ].filter((part) => part !== undefined);
  return `  ${formatTime(entry.time)}  ${entry.event.padEnd(8)} ${detail.join(", ")}`.trimEnd();
}

function formatTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}
