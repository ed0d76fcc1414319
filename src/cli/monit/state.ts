import type { ProcessStats } from "../../api/messages/stats.ts";
import type { Stream } from "../../logs/log_problems.ts";
import { ALL_LINES, isFiltering, type LineFilter } from "../../logs/lines/line_filter.ts";
import type { Listed } from "../ls/columns.ts";
import type { Host } from "./host.ts";

/** A process as it is shown. */
export interface ProcessRow {
  readonly meta: Listed;
  /** `undefined` for one that does not run, or where nobody is there to ask. */
  readonly stats: ProcessStats | undefined;
  /** What it used lately, oldest first: per cent of one core, and KiB. */
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
}

/** A line of the selected process's log. */
export interface LogLine {
  readonly stream: Stream;
  readonly text: string;
}

/** What the screen is used for. */
export type View = "processes" | "log" | "describe" | "help";

/** What the user is being asked for. */
export type Prompt =
  | { readonly kind: "filter" }
  | { readonly kind: "stop"; readonly name: string };

/** By what the processes are sorted. */
export type SortKey = "id" | "cpu" | "memory" | "name";

/** Everything the screen shows. */
export interface MonitState {
  readonly root: string;
  readonly host: Host;
  readonly isSupervised: boolean;
  readonly rows: readonly ProcessRow[];
  readonly sort: SortKey;
  /** Only processes whose names contain this are shown. */
  readonly filter: string;
  /** The name of the selected process. */
  readonly selected: string | undefined;
  readonly view: View;
  /** Lines the view is scrolled: the log up from its end, the others down. */
  readonly scroll: number;
  readonly prompt: Prompt | undefined;
  /** What was done, or failed. */
  readonly notice: string;
  readonly log: readonly LogLine[];
  /** Whether `log` may lack lines that a filter leaves out. */
  readonly isLogFiltered: boolean;
  /** The description of the selected process. */
  readonly description: readonly string[];
}

/** The state at the beginning. */
export function initialState(
  root: string,
  host: Host,
  lineFilter: LineFilter = ALL_LINES,
): MonitState {
  return {
    root,
    host,
    isSupervised: false,
    rows: [],
    sort: "id",
    filter: "",
    selected: undefined,
    view: "processes",
    scroll: 0,
    prompt: undefined,
    notice: "",
    log: [],
    isLogFiltered: isFiltering(lineFilter),
    description: [],
  };
}

const ORDERS: Readonly<Record<SortKey, (a: ProcessRow, b: ProcessRow) => number>> = {
  id: () => 0,
  cpu: (a, b) => (b.stats?.cpu ?? -1) - (a.stats?.cpu ?? -1),
  memory: (a, b) => (b.stats?.mem ?? -1) - (a.stats?.mem ?? -1),
  name: (a, b) => a.meta.name < b.meta.name ? -1 : 1,
};

/** The processes that are shown, in their order; those that are equal are in that of their ids. */
export function shownRows({ rows, filter, sort }: MonitState): readonly ProcessRow[] {
  const wanted = filter.toLowerCase();
  return rows.filter(({ meta }) => meta.name.toLowerCase().includes(wanted)).sort(ORDERS[sort]);
}

/** The selected process, if it is shown. */
export function selectedRow(state: MonitState): ProcessRow | undefined {
  return shownRows(state).find(({ meta }) => meta.name === state.selected);
}

/** Selects the process `by` places further down, as far as there are any. */
export function moveSelection(state: MonitState, by: number): MonitState {
  const shown = shownRows(state);
  const index = shown.findIndex(({ meta }) => meta.name === state.selected);
  const next = shown[Math.min(shown.length - 1, Math.max(0, index + by))];
  return { ...state, selected: next?.meta.name };
}

/** Changes the state; where the selected process is no longer shown, its neighbour is selected. */
export function change(state: MonitState, changes: Partial<MonitState>): MonitState {
  const changed = { ...state, ...changes };
  const shown = shownRows(changed);
  if (shown.some(({ meta }) => meta.name === changed.selected)) return changed;
  const place = shownRows(state).findIndex(({ meta }) => meta.name === state.selected);
  const next = shown[Math.min(shown.length - 1, Math.max(0, place))];
  return { ...changed, selected: next?.meta.name };
}
