import type { ProcessRow } from "../connection/answers.ts";
import { moodOf, stateOf } from "../parts/status_badge.tsx";

/** By what the list can be sorted. */
export const SORT_KEYS = [
  "id",
  "name",
  "status",
  "port",
  "uptime",
  "restarts",
  "cpu",
  "mem",
] as const;

export type SortKey = typeof SORT_KEYS[number];

/** How the list is shown. */
export interface Arrangement {
  /** Only rows in which all of its words occur. */
  readonly filter: string;
  readonly sort: SortKey;
  readonly isDescending: boolean;
}

/** How it is shown at first. */
export const FIRST_ARRANGEMENT: Arrangement = { filter: "", sort: "id", isDescending: false };

/** A line of the list: a process, or the namespace of those below it. */
export type ListLine =
  | { readonly kind: "process"; readonly row: ProcessRow }
  | { readonly kind: "namespace"; readonly name: string; readonly count: number };

const COLLATOR = new Intl.Collator("en", { numeric: true });

/**
 * Sorts and filters the list; where there are several namespaces, it is grouped by them.
 *
 * @example
 * ```ts
 * arrange(rows, { filter: "api err", sort: "cpu", isDescending: true });
 * ```
 */
export function arrange(rows: readonly ProcessRow[], arrangement: Arrangement): ListLine[] {
  const words = arrangement.filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = rows.filter((row) => {
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
  const direction = arrangement.isDescending ? -1 : 1;
  const compare = COMPARE[arrangement.sort];
  found.sort((a, b) => direction * compare(a, b) || a.tsm_id - b.tsm_id);
  const isGrouped = new Set(rows.map(({ namespace }) => namespace)).size > 1;
  if (!isGrouped) return found.map((row) => ({ kind: "process", row }));
  const groups = Map.groupBy(found, ({ namespace }) => namespace);
  return [...groups].toSorted(([a], [b]) => COLLATOR.compare(a, b)).flatMap(([name, members]) => [
    { kind: "namespace" as const, name, count: members.length },
    ...members.map((row) => ({ kind: "process" as const, row })),
  ]);
}

/** What is searched when one types a filter. */
function textOf(row: ProcessRow): string {
  const { name, namespace, command, port, pid } = row;
  return [name, stateOf(row), row.status, namespace, command, port ?? "", pid ?? ""].join(" ")
    .toLowerCase();
}

const MOOD_ORDER = { bad: 0, busy: 1, good: 2, calm: 3 } as const;

const COMPARE: Readonly<Record<SortKey, (a: ProcessRow, b: ProcessRow) => number>> = {
  id: (a, b) => a.tsm_id - b.tsm_id,
  name: (a, b) => COLLATOR.compare(a.name, b.name),
  // What asks for attention comes first.
  status: (a, b) =>
    MOOD_ORDER[moodOf(a)] - MOOD_ORDER[moodOf(b)] || COLLATOR.compare(stateOf(a), stateOf(b)),
  port: (a, b) => (a.port ?? Infinity) - (b.port ?? Infinity) || 0,
  uptime: (a, b) => startOf(b) - startOf(a) || 0,
  restarts: (a, b) => a.restarts - b.restarts,
  cpu: (a, b) => (a.cpu ?? -1) - (b.cpu ?? -1),
  mem: (a, b) => (a.mem ?? -1) - (b.mem ?? -1),
};

function startOf({ start_time, pid }: ProcessRow): number {
  return pid === null ? Infinity : start_time ?? Infinity;
}
