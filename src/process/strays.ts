import { type EnvironMarks, type EnvironTable, readEnvironTable } from "./linux/environ_table.ts";
import { holdersOf, type LogHolderTable, readLogHolders } from "./linux/log_holders.ts";
import { ownPids, startedBy } from "./linux/own_pids.ts";

/** What tells the strays of a process: those that belong to it and left its session. */
export interface StrayMarks {
  /** The absolute path of the runtime root, as in its `TSM_ROOT`. */
  readonly root: string;
  /** As in its `TSM_NAME`. */
  readonly name: string;
  /** Whom it runs as, by name or number; `null`: us. Nobody else's process is taken for its own. */
  readonly user: string | null;
  /** The paths of its logs: whoever can write to them belongs to it. */
  readonly logs: readonly string[];
}

/** What strays are told by: the environments and the open logs of all processes. */
export interface StrayLook {
  readonly carriers: EnvironTable;
  readonly holders: LogHolderTable;
}

/**
 * Looks at the environments and the open logs of all processes.
 *
 * @throws {Deno.errors.UnexpectedEof} if that cannot be found out.
 */
export async function lookForStrays(): Promise<StrayLook> {
  const [carriers, holders] = await Promise.all([readEnvironTable(), readLogHolders()]);
  return { carriers, holders };
}

/**
 * Finds the pids of processes that carry the name of a process in their environment, or that have
 * a log of it open for writing and carry nobody else's name.
 *
 * @param known Pids that are found already: they are left out.
 * @throws {Deno.errors.UnexpectedEof} if that cannot be found out.
 */
export async function findStrayPids(
  marks: StrayMarks,
  known: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const look = marks.logs.length > 0
    ? await lookForStrays()
    : { carriers: await readEnvironTable(), holders: new Map() };
  return await straysIn(look, marks, known);
}

/** The same for what a look has found. */
export async function straysIn(
  { carriers, holders }: StrayLook,
  { root, name, user, logs }: StrayMarks,
  known: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const named = carriersOf({ root, name }, carriers).filter((pid) => !known.has(pid));
  // Pid 1 adopts strays and is none.
  const holding = [...holdersOf(logs, holders)].filter((pid) =>
    pid !== 1 && !carriers.has(pid) && !known.has(pid)
  );
  const [own, started] = await Promise.all([ownPids(named, user), startedBy(holding, user)]);
  return new Set([...own, ...started]);
}

/** The pids of a table by what their environments say. A thousand names are looked for in one. */
const pidsByOrigin = new WeakMap<EnvironTable, ReadonlyMap<string, readonly number[]>>();

/** The pids of those in `table` that carry this root and name. */
function carriersOf(origin: EnvironMarks, table: EnvironTable): readonly number[] {
  let pids = pidsByOrigin.get(table);
  if (!pids) {
    pids = Map.groupBy(table.keys(), (pid) => keyOf(table.get(pid)!));
    pidsByOrigin.set(table, pids);
  }
  return pids.get(keyOf(origin)) ?? [];
}

function keyOf({ root, name }: EnvironMarks): string {
  return `${name}\0${root}`;
}
