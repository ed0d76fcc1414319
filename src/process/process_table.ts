/**
 * The table of living processes, and who belongs to whom in it.
 *
 * @module
 */

/** One living process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  /** The session it belongs to: the pid of the session's leader. */
  readonly session: number;
  /** The kernel's name for it, at most 15 characters. */
  readonly comm: string;
  /** The state letter: `R`, `S`, `D`, `T`, `Z` … */
  readonly state: string;
  /** How many threads it has; `state` is the first one's. */
  readonly threads: number;
  /** Clock ticks from boot to its start: with the pid it names a process for good. */
  readonly start: number;
  /** User and system time used, in clock ticks. */
  readonly ticks: number;
  /** Resident memory, in KiB. */
  readonly rss: number;
}

/** Living processes by pid. */
export type ProcessTable = ReadonlyMap<number, ProcessEntry>;

/** Tells whether the process still runs: there, the same one, and no zombie. */
export function isAlive(
  table: ProcessTable,
  pid: number | null,
  start: number | null,
): pid is number {
  if (pid === null) return false;
  const entry = table.get(pid);
  return entry !== undefined && entry.start === start && !isZombie(entry);
}

/**
 * Tells whether all that is left of the process is its exit code. Its first thread may have
 * ended before the others, which hold its files until they have: its logs, its port.
 */
export function isZombie({ state, threads }: ProcessEntry): boolean {
  return (state === "Z" || state === "X") && threads <= 1;
}

/**
 * The processes that belong to `leader`: itself, the session it leads, and all
 * that descend from it or from `known` ones. A process of the old tsm need not
 * lead its session, which is then its neighbours' as well and not taken.
 *
 * @param leader `null`: there are only `known` ones.
 * @param known Pids already found to belong to it, with their `start`.
 * @param excluded Pids never to be taken, nor walked through: the supervisor.
 */
export function processTree(
  table: ProcessTable,
  leader: { readonly pid: number; readonly start: number } | null,
  known: ReadonlyMap<number, number>,
  excluded: ReadonlySet<number>,
): ProcessEntry[] {
  // The leader's pid may have been given to another process since; a session
  // keeps its number reserved as long as it has a member.
  const entry = leader ? table.get(leader.pid) : undefined;
  const reused = entry !== undefined && entry.start !== leader?.start;
  const { sessions, children } = relationsIn(table);
  const members = new Set<number>();
  const add = (pid: number) => void (excluded.has(pid) || members.add(pid));
  if (leader !== null && !reused) {
    if (entry) add(entry.pid);
    for (const { pid, start } of sessions.get(leader.pid) ?? []) {
      if (start >= leader.start) add(pid);
    }
  }
  for (const [pid, start] of known) if (table.get(pid)?.start === start) add(pid);
  for (const pid of members) for (const child of children.get(pid) ?? []) add(child.pid);
  return [...members].map((pid) => table.get(pid)!).filter((member) => !isZombie(member));
}

/** The trees of a table that were looked for, by the pid of their leader. */
const trees = new WeakMap<ProcessTable, Map<number, readonly ProcessEntry[]>>();

/**
 * The tree of a process that leads its session; looked for once in a table, however often
 * it is asked for.
 */
export function leaderTree(
  table: ProcessTable,
  leader: { readonly pid: number; readonly start: number },
): readonly ProcessEntry[] {
  let known = trees.get(table);
  if (!known) trees.set(table, known = new Map());
  let tree = known.get(leader.pid);
  if (!tree) {
    tree = processTree(table, leader, new Map(), new Set([Deno.pid]));
    known.set(leader.pid, tree);
  }
  return tree;
}

/** Who is with whom in a table, by pid. */
interface Relations {
  readonly sessions: ReadonlyMap<number, readonly ProcessEntry[]>;
  readonly children: ReadonlyMap<number, readonly ProcessEntry[]>;
}

// A thousand trees are looked for in one table.
const relations = new WeakMap<ProcessTable, Relations>();

function relationsIn(table: ProcessTable): Relations {
  const present = relations.get(table);
  if (present) return present;
  const made = {
    sessions: Map.groupBy(table.values(), ({ session }) => session),
    children: Map.groupBy(table.values(), ({ ppid }) => ppid),
  };
  relations.set(table, made);
  return made;
}
