/**
 * Reads the kernel's table of processes, `/proc/PID/stat`.
 *
 * Format: proc(5), "/proc/pid/stat".
 *
 * @module
 */
import { readByProgram, readByShell, runShellSync } from "../run_shell.ts";
import { sharedRead } from "../../async/shared_read.ts";
import { isAlive, type ProcessEntry, type ProcessTable } from "../process_table.ts";

// Fixed by the Linux ABI on every architecture Deno runs on.
const KIB_PER_PAGE = 4;

/** What is asked where the table cannot be read, or a process that runs is not in it. */
export const ASK_FOR_TABLE = "is /proc mounted, and are 'cat' and 'grep' those of the system?";

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
  forgetLastMatch();
  return table;
}

/**
 * V8 keeps what a regular expression has matched last, for `RegExp.input`, and with a line of a text
 * all of that text: at a thousand processes 300 KB, until something else matches.
 */
function forgetLastMatch(): void {
  /^/.test("");
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
    `Cannot read the process table: process ${Deno.pid} is not in it, though it runs; ${ASK_FOR_TABLE}`,
  );
}

/**
 * The end of a shell script that prints the files it was called with, those that are there. Unlike
 * cat, grep does not write each of a thousand files by itself: half the CPU time.
 */
export const PRINT_FILES = `
command -v grep >/dev/null || exec cat "$@"
export LC_ALL=C
exec grep -ahs '' "$@"
`;

const READ_ALL = `set -- /proc/[0-9]*/stat${PRINT_FILES}`;

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
