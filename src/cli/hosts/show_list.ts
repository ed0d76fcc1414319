import type { ProcessStats } from "../../api/messages/stats.ts";
import { messageOf } from "../../errors.ts";
import { type Meta, parseMeta } from "../../meta/metadata.ts";
import { oneLine } from "../../printable.ts";
import { chosenColumns } from "../ls/chosen_columns.ts";
import { defaultColumns, type ListColumn, type Listed } from "../ls/columns.ts";
import { measureFor } from "../output/measure_for.ts";
import { type Cell, type Column, formatTable, textOf } from "../output/table.ts";
import { EXIT } from "../exit_code.ts";
import { inOrder, type ListKey, parseListKey } from "../select/list_order.ts";
import { type Asked, LOOK_LIMIT, questionOf } from "./asked.ts";
import { collect } from "./collect.ts";
import { mergedJson, type OfHost } from "./merged_json.ts";

const HOST: Column = { header: "Host", width: 4, minimum: 8 };

/** What stands where an older version has not written a field yet. */
const ABSENT = {
  interpreter: null,
  port: null,
  start_time: null,
  restarts: 0,
  unstable_restarts: 0,
  env_file: null,
};

/** A row of the table. */
interface Row {
  readonly host: string;
  readonly meta: Listed;
  readonly stats: ProcessStats | undefined;
}

/**
 * Shows the processes of machines in one table: each is asked for its data, and the table is laid
 * out here.
 *
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} for a column or an order there is not.
 */
export async function showList(asked: Asked): Promise<number> {
  const { context, parsed } = asked;
  const sort = parsed.get("sort");
  const key = sort === undefined ? undefined : parseListKey(sort);
  const sortsByUse = key === "cpu" || key === "mem";
  const chosen = parsed.get("columns");
  const columns = chosen === undefined
    ? defaultColumns(parsed.has("long") || sortsByUse)
    : chosenColumns(chosen);
  const asksForUse = parsed.has("long") || sortsByUse ||
    !context.json && columns.some(({ needsStats }) => needsStats);
  const passed = ["root", "timeout"].flatMap((flag) => {
    const value = parsed.get(flag);
    return value === undefined ? [] : [`--${flag}`, value];
  });
  const words = ["--json", ...asksForUse ? ["--long"] : [], ...passed];
  const { collected, code } = await collect(context, questionOf(asked, words, LOOK_LIMIT));
  const { items, isWhole } = mergedJson(collected, context);
  const behind = new Map(collected.map((one) => [one.host, one.behind]));
  const read = items.map((item) => readRow(item, behind.get(item.host) ?? 0));
  const rows = read.filter((row) => typeof row !== "string");
  if (context.json) {
    context.print(JSON.stringify(items, null, 2));
  } else {
    for (const problem of read) if (typeof problem === "string") context.warn(oneLine(problem));
    await printRows(key === undefined ? rows : sorted(rows, key), columns, asked);
  }
  const isComplete = isWhole && (context.json || rows.length === items.length);
  return isComplete || code !== EXIT.done ? code : EXIT.failed;
}

async function printRows(
  rows: readonly Row[],
  columns: readonly ListColumn[],
  { context, parsed }: Asked,
): Promise<void> {
  if (context.quiet) {
    for (const { host, meta } of rows) context.print(`${host} ${meta.tsm_id}`);
    return;
  }
  const shown = parsed.get("columns") === undefined
    ? columns.filter(({ isOf }) => isOf === undefined || rows.some(({ meta }) => isOf(meta)))
    : columns;
  const cells = rows.map(({ host, meta, stats }) => [
    host,
    ...shown.map(({ cell }) => inOneLine(cell(meta, stats))),
  ]);
  const lines = formatTable([HOST, ...shown], cells, context.color, {
    available: context.columns,
    headers: !parsed.has("no-headers"),
    measure: await measureFor(cells.flat().map(textOf)),
  });
  if (lines.length > 0) context.print(lines.join("\n"));
}

/** Another machine's text must not begin a line that looks like one of a third. */
function inOneLine(cell: Cell): Cell {
  return typeof cell === "string" ? oneLine(cell) : { ...cell, text: oneLine(cell.text) };
}

function sorted(rows: readonly Row[], key: ListKey): readonly Row[] {
  // By a name of its own each: two machines may have processes of the same name.
  const named = rows.map((row, index) => ({ ...row.meta, name: String(index), row }));
  const stats = Object.fromEntries(
    rows.flatMap(({ stats }, index) => stats === undefined ? [] : [[String(index), stats]]),
  );
  return inOrder(named, stats, key).map(({ row }) => row);
}

/** Reads what a machine says of a process, which may be anything; or says what is wrong with it. */
function readRow(item: OfHost, behind: number): Row | string {
  const { host } = item;
  // Shown where no supervisor lives; no meta.json has it.
  const isDead = item["status"] === "dead";
  // Its pid says nothing here: how long it is up is told by its clock.
  const fields = {
    ...ABSENT,
    ...item,
    pid_start: null,
    ...isDead ? { status: "stopped" } : {},
  };
  let meta: Meta;
  try {
    meta = parseMeta(JSON.stringify(fields));
  } catch (error) {
    const name = typeof item["name"] === "string" ? item["name"] : "a process";
    return `tsm: ${host}: ${name} is left out: ${messageOf(error)}`;
  }
  const { cpu, mem } = item;
  const { retry_at, start_time } = meta;
  return {
    host,
    meta: {
      ...meta,
      start_time: start_time === null ? null : start_time + behind,
      ...retry_at === undefined ? {} : { retry_at: retry_at + behind },
      ...isDead ? { status: "dead" } : {},
    },
    stats: typeof cpu === "number" && typeof mem === "number"
      ? { cpu, mem } as ProcessStats
      : undefined,
  };
}
