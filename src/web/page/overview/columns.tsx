import type { ComponentChildren } from "preact";
import type { MetricPoint, ProcessRow } from "../connection/answers.ts";
import { formatCpu, formatDuration, formatMemory, NONE } from "../parts/format.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { StatusBadge } from "../parts/status_badge.tsx";
import { linkTo } from "../parts/routes.ts";
import type { SortKey } from "./arrange.ts";

/** What the columns are called. */
export const COLUMN_NAMES: Readonly<Record<SortKey, string>> = {
  id: "ID",
  name: "Name",
  status: "Status",
  port: "Port",
  uptime: "Uptime",
  restarts: "Restarts",
  cpu: "CPU",
  mem: "Memory",
};

/** What the last hour was like of one process. */
type Hour = readonly MetricPoint[];

/** What is shown of a process in each column. */
export const CELLS: Readonly<Record<SortKey, (row: ProcessRow, hour: Hour) => ComponentChildren>> =
  {
    id: ({ tsm_id }) => tsm_id,
    name: ({ name }) => (
      <a href={linkTo({ view: "process", name, part: "log" })} title={name}>{name}</a>
    ),
    status: (row) => <StatusBadge of={row} />,
    port: ({ port }) => port ?? NONE,
    uptime: ({ start_time, pid }) =>
      pid === null || start_time === null ? NONE : formatDuration(Date.now() / 1000 - start_time),
    restarts: ({ restarts }) => restarts,
    cpu: ({ cpu }, hour) => (
      <>
        <Sparkline values={[...hour.map((point) => point.cpu), cpu]} least={5} />
        {formatCpu(cpu)}
      </>
    ),
    mem: ({ mem }, hour) => (
      <>
        <Sparkline values={[...hour.map((point) => point.mem), mem]} least={1024} />
        {formatMemory(mem)}
      </>
    ),
  };
