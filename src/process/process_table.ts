/**
 * The kernel's table of processes, read from `/proc/PID/stat`.
 *
 * Format: proc(5), "/proc/pid/stat".
 *
 * @module
 */
import { readByProgram, readByShell, runShellSync } from "./run_shell.ts";
import { sharedRead } from "../async/shared_read.ts";

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

// Fixed by the Linux ABI for user space on every architecture Deno runs on.
/** Clock ticks a second, the unit of `start` and `ticks`. */
export const TICKS_PER_SECOND = 100;
const KIB_PER_PAGE = 4;

/** The most characters a process can give itself as a name. */
const MAX_COMM = 15;

/**
 * Reads the table of `text`, the `stat` files of many processes one behind the other. A process may
 * call itself anything, line breaks and brackets included; incomplete records are skipped.
 */
export function parseProcessTable(text: string): ProcessTable {
  const table = new Map<number, ProcessEntry>();
  let record = "";
  for (const line of text.split("\n")) {
    // A name with a line break may make the rest of its record look like the
    // record of another process: what was begun is read to its end. 49 numbers
    // and more follow the state: a name is too short to forge that.
    record = record === "" ? line : `${record}\n${line}`;
    if (!isRecord(record)) continue;
    const entry = parseRecord(record);
    if (record === line || entry.comm.length <= MAX_COMM) table.set(entry.pid, entry);
    // No name is that long: before this line there was a torn record.
    else if (isRecord(line)) table.set(parseRecord(line).pid, parseRecord(line));
    record = "";
  }
  return table;
}

/** Reads one record, the text of one `stat` file. */
export function parseRecord(record: string): ProcessEntry {
  const open = record.indexOf("(");
  const close = record.lastIndexOf(")");
  // The rest of a record is of no use, and is most of it.
  const fields = record.slice(close + 2).split(" ", 22);
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number(record.slice(0, open)),
    comm: record.slice(open + 1, close),
    state: fields[0] ?? "?",
    ppid: field(4),
    session: field(6),
    ticks: field(14) + field(15),
    threads: field(20),
    start: field(22),
    rss: field(24) * KIB_PER_PAGE,
  };
}

function isRecord(text: string): boolean {
  return /^\d+ \([^]*\) [A-Za-z](?: -?\d+){40,}$/.test(text);
}

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
 * A `start` that is not later than that of a process made from now on, and at most two seconds
 * before it.
 */
export function startBound(): number {
  // Whole seconds, rounded up.
  return (Deno.osUptime() - 1) * TICKS_PER_SECOND;
}

/**
 * Seconds since a process of this `start` began, by the clock that nobody sets; up to a second too
 * few, as the kernel tells whole seconds.
 */
export function ageOf(start: number): number {
  return Math.max(0, Deno.osUptime() - start / TICKS_PER_SECOND);
}

/** When a process of this `start` began, in milliseconds of the epoch, to the second. */
export function startedAt(start: number): number {
  return Date.now() - (Deno.osUptime() - start / TICKS_PER_SECOND) * 1000;
}

/** When the machine was booted, in milliseconds of the epoch, to a few hundredths of a second. */
export async function readBootTime(): Promise<number> {
  const uptime = Number((await readByShell("cat /proc/uptime")).split(" ", 1)[0]);
  return Date.now() - uptime * 1000;
}

/**
 * Reads the processes `pids`, those of them that live.
 *
 * @throws {Deno.errors.Interrupted} if what reads them is killed, as by a lack of memory.
 * @throws {Deno.errors.UnexpectedEof} if they cannot be read: who is not found may live.
 */
export async function readProcesses(pids: readonly number[]): Promise<ProcessTable> {
  return parseSome(pids, await readByProgram("cat", ...pathsOf(pids)));
}

/** Tells whether the process still runs, as {@linkcode isAlive} does, of one alone. */
export async function stillRuns(
  { pid, start }: { readonly pid: number; readonly start: number },
): Promise<boolean> {
  return isAlive(await readProcesses([pid]), pid, start);
}

/** The same, at once; for clients, which have nothing else to do. */
export function readProcessesSync(pids: readonly number[]): ProcessTable {
  if (pids.length === 0) return new Map();
  return parseSome(pids, runShellSync('exec cat "$@"', ...pathsOf(pids)));
}

/** The `stat` files of `pids`, and our own: it tells whether anything was read. */
function pathsOf(pids: readonly number[]): string[] {
  return [...pids, Deno.pid].map((pid) => `/proc/${pid}/stat`);
}

function parseSome(pids: readonly number[], text: string): ProcessTable {
  const table = parseWholeTable(text);
  return new Map([...table].filter(([pid]) => pids.includes(pid)));
}

/**
 * Reads a table in which this very process must be found.
 *
 * @throws {Deno.errors.UnexpectedEof} if it is not: nothing was read, or not all.
 */
export function parseWholeTable(text: string): ProcessTable {
  const table = parseProcessTable(text);
  if (table.has(Deno.pid)) return table;
  throw new Deno.errors.UnexpectedEof(
    `Cannot read the process table: process ${Deno.pid} is not in it, though it runs; ` +
      "is /proc mounted, and are 'cat' and 'grep' those of the system?",
  );
}

// Unlike cat, grep does not write each of a thousand files by itself: half the CPU time.
const READ_ALL = `
command -v grep >/dev/null || exec cat /proc/[0-9]*/stat
export LC_ALL=C
exec grep -ahs '' /proc/[0-9]*/stat
`;

/**
 * Reads the table of all processes. Calls made while one read is under way share
 * the next one: a hundred stops at once cost two reads, and none sees a table
 * older than its call.
 *
 * @throws {Deno.errors.Interrupted} if what reads it is killed, as by a lack of memory.
 * @throws {Deno.errors.UnexpectedEof} if it is not whole: who is not in it may live.
 */
export const readProcessTable: () => Promise<ProcessTable> = sharedRead(async () =>
  parseWholeTable(await readByShell(READ_ALL))
);

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
