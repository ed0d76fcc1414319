import { parseProcessTable, parseWholeTable, PRINT_FILES } from "./read_process_table.ts";
import { type ProcessEntry, type ProcessTable, processTree } from "../process_table.ts";
import { recentStrays } from "../recent_strays.ts";
import { readByShell } from "../run_shell.ts";
import { pidOwner } from "../signals.ts";
import { type StrayMarks, straysIn } from "../strays.ts";

/** What those who write to a log are known by. */
export interface WriterMarks extends StrayMarks {
  /** The leader of its session, if it runs. */
  readonly run: { readonly pid: number; readonly start: number } | undefined;
  /** Pids never to be taken for its own. */
  readonly excluded: ReadonlySet<number>;
}

// Prints the newest pid, then the table of all processes, then the threads of some, each group behind
// a line that is no record. By one program: the writers are stopped while it runs.
//
// Pids are given in order. So where the newest pid of an earlier look is given, the table is that of
// the supervisor, of those that were found by then, and of those born since: nobody else becomes a
// writer. It is that of all again where the numbers have begun anew, or cannot be true: this shell is
// younger than that look.
const LOOK = `
since=$1
shift
read -r load1 load5 load15 threads newest </proc/loadavg
[ "$newest" -ge "$$" ] || newest=0
echo "$newest"
records='/proc/[0-9]*/stat'
if [ "$since" -gt 0 ] && [ "$since" -lt "$$" ] && [ $((newest - since)) -lt 1000 ]; then
  records=
  for pid in "$PPID" "$@"; do records="$records /proc/$pid/stat"; done
  while [ "$since" -lt "$newest" ]; do
    since=$((since + 1))
    records="$records /proc/$since/stat"
  done
fi
for pid; do
  shift
  set -- "$@" /proc/sys/kernel/ostype /proc/$pid/task/[0-9]*/stat
done
set -- $records "$@"${PRINT_FILES}`;

/** The processes that may write to a log. */
export interface LogWriters {
  /** Those that were there when they were looked for; the state of one is its first thread's. */
  readonly found: readonly ProcessEntry[];
  /** When that was, by `performance.now()`. */
  readonly foundAt: number;
  /**
   * Reads the process table again, and follows those that were found before. A process is told to be
   * in state `T` only if all its threads are.
   */
  look(): Promise<readonly ProcessEntry[]>;
}

/** Finds the processes that may write to a log: the session and what descends from it, and strays. */
export async function findWriters(owner: WriterMarks): Promise<LogWriters> {
  const leader = owner.run ?? { pid: -1, start: 0 };
  const known = new Map<number, number>();
  const membersIn = (table: ProcessTable) => {
    const members = processTree(table, leader, known, owner.excluded);
    for (const { pid, start } of members) known.set(pid, start);
    return members;
  };
  const foundAt = performance.now();
  let { table, newest } = await readTable(0, []);
  membersIn(table);
  const strays = await straysIn(await recentStrays(table), owner, new Set(known.keys()));
  // One was born since.
  if ([...strays].some((pid) => !table.has(pid))) ({ table, newest } = await readTable(0, []));
  for (const pid of strays) {
    const entry = table.get(pid);
    if (entry) known.set(pid, entry.start);
  }
  return {
    found: membersIn(table),
    foundAt,
    async look() {
      const { table, running } = await readTable(newest, [...known.keys()]);
      return membersIn(table).map((entry) => {
        const thread = running.get(entry.pid);
        return thread && entry.state === "T" ? { ...entry, state: thread } : entry;
      });
    },
  };
}

/**
 * Reads the process table by LOOK.
 *
 * @param since The newest pid when `pids` were found; 0: all processes are read.
 */
async function readTable(since: number, pids: readonly number[]): Promise<{
  readonly newest: number;
  readonly table: ProcessTable;
  readonly running: ReadonlyMap<number, string>;
}> {
  const text = await readByShell(LOOK, ...[since, ...pids].map(String));
  const [processes = "", ...threads] = text.split(/^Linux\n/m);
  return {
    newest: parseInt(processes),
    table: parseWholeTable(processes.slice(processes.indexOf("\n") + 1)),
    running: runningThreads(pids, threads),
  };
}

/**
 * The state of a thread that does not stand still, by the process it belongs to.
 *
 * @param sections The records of the threads of each of `pids`.
 */
function runningThreads(
  pids: readonly number[],
  sections: readonly string[],
): ReadonlyMap<number, string> {
  const running = new Map<number, string>();
  for (const [index, pid] of pids.entries()) {
    const threads = parseProcessTable(sections[index] ?? "");
    const moving = [...threads.values()].find(({ state }) => !"TtZX".includes(state));
    if (moving) running.set(pid, moving.state);
  }
  return running;
}

/**
 * Tells which of `pids` write to `log` without append mode: truncating the log
 * would leave a hole where they go on.
 */
export async function writersWithoutAppend(
  log: string,
  pids: readonly number[],
): Promise<readonly number[]> {
  const text = await readByShell(FLAGS, log, ...pids.map(String));
  const found = new Set<number>();
  for (const line of text.split("\n")) {
    const [pid = "", octal = ""] = line.split(" ");
    const flags = parseInt(octal, 8);
    const writes = (flags & O_ACCMODE) !== 0;
    if (writes && (flags & O_APPEND) === 0) found.add(Number(pid));
  }
  return [...found];
}

const O_ACCMODE = 0o3;
const O_APPEND = 0o2000;

const FLAGS = `
log=$1
shift
for pid; do
  for fd in /proc/$pid/fd/*; do
    [ "$fd" -ef "$log" ] || continue
    while read -r key value; do
      [ "$key" != flags: ] || echo "$pid $value"
    done </proc/$pid/fdinfo/\${fd##*/}
  done
done
`;

/** The first of `pids` that belongs to a user whose processes the supervisor may not stop. */
export function foreignOf(pids: readonly number[]): number | undefined {
  return pids.find((pid) => pidOwner(pid) === "foreign");
}
