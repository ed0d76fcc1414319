import type { ProcessStats } from "../../api/messages/stats.ts";
import { messageOf } from "../../errors.ts";
import { parseMeta } from "../../meta/metadata.ts";
import { oneLine } from "../../printable.ts";
import type { Context } from "../context.ts";
import { listColumns, type Listed } from "../ls/columns.ts";
import { measureFor } from "../output/measure_for.ts";
import { type Cell, type Column, formatTable, textOf } from "../output/table.ts";
import type { Arguments } from "../parse/arguments.ts";
import { inOrder, type ListKey, parseListKey } from "../select/list_order.ts";
import type { Collected } from "./collect.ts";
import { isObject, mergedJson, type OfHost } from "./merged_json.ts";

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

/** How `tsm ls` shows several machines; it is read before they are asked. */
export interface MergedList {
  /** The words that each machine is asked with. */
  readonly words: readonly string[];
  show(context: Context, collected: readonly Collected[]): Promise<void>;
}

/**
 * Reads the flags of `tsm ls` for several machines: each is asked for its data, and the table is
 * laid out here.
 *
 * @throws {Deno.errors.InvalidData} for a column or an order there is not.
 */
export function mergedList(args: Arguments, json: boolean): MergedList {
  const sort = args.get("sort");
  const key = sort === undefined ? undefined : parseListKey(sort);
  const sortsByUse = key === "cpu" || key === "mem";
  const columns = listColumns(args.get("columns"), args.has("long") || sortsByUse);
  const isLong = args.has("long") || sortsByUse ||
    !json && columns.some(({ needsStats }) => needsStats);
  return {
    words: ["ls", "--json", ...isLong ? ["--long"] : []],
    async show(context, collected) {
      const warn = (host: string, reason: string) =>
        context.warn(oneLine(`tsm: ${host}: ${reason}`));
      const items = mergedJson(collected, warn);
      if (context.json) return context.print(JSON.stringify(items, null, 2));
      const behind = new Map(collected.map((one) => [one.host, one.behind]));
      const read = items.flatMap((item) => readRow(item, behind.get(item.host) ?? 0, warn));
      const rows = key === undefined ? read : sorted(read, key);
      if (context.quiet) {
        for (const { host, meta } of rows) context.print(`${host} ${meta.tsm_id}`);
        return;
      }
      const shown = args.get("columns") === undefined
        ? columns.filter(({ isOf }) => isOf === undefined || rows.some(({ meta }) => isOf(meta)))
        : columns;
      const cells = rows.map(({ host, meta, stats }) => [
        host,
        ...shown.map(({ cell }) => inOneLine(cell(meta, stats))),
      ]);
      const lines = formatTable([HOST, ...shown], cells, context.color, {
        available: context.columns,
        headers: !args.has("no-headers"),
        measure: await measureFor(cells.flat().map(textOf)),
      });
      if (lines.length > 0) context.print(lines.join("\n"));
    },
  };
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

/** Reads what a machine says of a process, which may be anything. */
function readRow(
  item: OfHost,
  behind: number,
  warn: (host: string, reason: string) => void,
): readonly Row[] {
  const { host } = item;
  // Shown where no supervisor lives; no meta.json has it.
  const isDead = item["status"] === "dead";
  try {
    const meta = parseMeta(
      // Its pid says nothing here: how long it is up is told by its clock.
      JSON.stringify({
        ...ABSENT,
        ...item,
        pid_start: null,
        ...isDead ? { status: "stopped" } : {},
      }),
    );
    const { cpu, mem } = item;
    const stats = typeof cpu === "number" && typeof mem === "number"
      ? { cpu, mem } as ProcessStats
      : undefined;
    const start_time = meta.start_time === null ? null : meta.start_time + behind;
    const { retry_at } = meta;
    return [{
      host,
      meta: {
        ...meta,
        start_time,
        ...retry_at === undefined ? {} : { retry_at: retry_at + behind },
        ...isDead ? { status: "dead" } : {},
      },
      stats,
    }];
  } catch (error) {
    const name = isObject(item) && typeof item["name"] === "string" ? item["name"] : "a process";
    warn(host, `${name} is left out: ${messageOf(error)}`);
    return [];
  }
}
