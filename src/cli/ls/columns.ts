import type { ProcessStats } from "../../api/messages/stats.ts";
import { isCrashLoop } from "../../meta/crash_loop.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isUp, type ShownStatus } from "../../meta/status.ts";
import { uptimeOf } from "../../meta/uptime.ts";
import { type Color, statusColor } from "../output/color.ts";
import { formatDuration } from "../output/duration.ts";
import { lastRunCell } from "../output/last_run.ts";
import { oneLine } from "../../printable.ts";
import { formatSize } from "../output/size.ts";
import type { Cell, Column } from "../output/table.ts";

/** What `ls` shows: a process's state, or `dead` where it should run and does not. */
export type Listed = Omit<Meta, "status"> & { readonly status: ShownStatus };

/** A column of `tsm ls`. */
export interface ListColumn extends Column {
  /** What `--columns` calls it. */
  readonly key: string;
  /** Only `-l` shows it. */
  readonly isLong?: boolean;
  /** It is left out where this holds for none. */
  readonly isOf?: (meta: Listed) => boolean;
  /** It shows what the supervisor has to be asked for. */
  readonly needsStats?: boolean;
  cell(meta: Listed, stats: ProcessStats | undefined): Cell;
}

/** Every column, in their order; docs/files.md promises those that are not long to programs. */
export const COLUMNS: readonly ListColumn[] = [
  { key: "id", header: "ID", width: 2, gap: 2, cell: ({ tsm_id }) => String(tsm_id) },
  { key: "name", header: "Name", width: 12, minimum: 12, cell: ({ name }) => name },
  { key: "pid", header: "PID", width: 6, drop: 3, cell: pidText },
  { key: "port", header: "Port", width: 5, drop: 4, cell: ({ port }) => String(port ?? "-") },
  {
    key: "status",
    header: "Status",
    width: 8,
    cell: (meta) => ({ text: statusText(meta), color: colorOf(meta) }),
  },
  { key: "uptime", header: "Uptime", width: 7, drop: 6, cell: uptimeText },
  {
    key: "restarts",
    header: "Restarts",
    width: 8,
    drop: 5,
    cell: restartsCell,
  },
  {
    key: "cpu",
    header: "CPU",
    width: 6,
    drop: 8,
    isLong: true,
    needsStats: true,
    cell: (_, stats) => stats ? `${stats.cpu.toFixed(1)}%` : "-",
  },
  {
    key: "memory",
    header: "Memory",
    width: 7,
    drop: 7,
    isLong: true,
    needsStats: true,
    cell: (_, stats) => stats ? formatSize(stats.mem * 1024) : "-",
  },
  {
    key: "says",
    header: "Says",
    width: 12,
    minimum: 9,
    drop: 9,
    isLong: true,
    isOf: ({ status_text }) => status_text !== undefined,
    cell: ({ status_text }) => status_text === undefined ? "-" : oneLine(status_text),
  },
  {
    key: "last",
    header: "Last run",
    width: 8,
    drop: 10,
    isLong: true,
    isOf: ({ status, last_run }) => status === "scheduled" || last_run !== undefined,
    cell: ({ last_run }) => last_run === undefined ? "-" : lastRunCell(last_run),
  },
  {
    key: "command",
    header: "Command",
    width: 12,
    minimum: 9,
    drop: 2,
    isLong: true,
    cell: ({ command }) => oneLine(command),
  },
  {
    key: "cwd",
    header: "Cwd",
    width: 3,
    minimum: 9,
    drop: 1,
    isLong: true,
    cell: ({ cwd }) => oneLine(cwd),
  },
];

/** The columns that are shown where nobody has chosen some. */
export function defaultColumns(isLong: boolean): readonly ListColumn[] {
  return COLUMNS.filter((column) => isLong || !column.isLong);
}

function pidText({ status, pid }: Listed): string {
  return status === "dead" || pid === null ? "-" : String(pid);
}

/** The status, and how long one that backs off, or a job at rest, still waits. */
export function statusText({ status, retry_at }: Listed): string {
  if ((status !== "waiting" && status !== "scheduled") || retry_at === undefined) return status;
  return `${status} ${formatDuration(retry_at - Date.now() / 1000)}`;
}

/** How long it has been up; `-` for one that is not. */
export function uptimeText(meta: Listed): string {
  const uptime = isUp(meta.status) ? uptimeOf(meta) : undefined;
  return uptime === undefined ? "-" : formatDuration(uptime);
}

/** The colour of its status; of one in a crash loop it is red, whatever it is doing just now. */
export function colorOf(meta: Omit<Listed, "tsm_id">): Color {
  return isCrashLoop(meta) ? "red" : statusColor(meta.status);
}

/** How often it was restarted, and whether that goes on and on. */
function restartsCell(meta: Listed): Cell {
  const text = String(meta.restarts);
  return isCrashLoop(meta) ? { text: `${text} (crash loop)`, color: "red" } : text;
}
