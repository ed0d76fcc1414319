import type { ProcessTable } from "./process_table.ts";
import { lookForStrays, type StrayLook } from "./strays.ts";

/**
 * Milliseconds for which a look at the open logs of all processes counts. Only a process that opens
 * a log by its path, or is handed it by another, is found that much later.
 */
const COUNTS_FOR = 10_000;

/** The last look, and the processes that were there when it began. */
interface Last {
  readonly at: number;
  readonly look: StrayLook;
  /** Their start in the process table by their pid. */
  readonly starts: ReadonlyMap<number, number>;
  readonly sessions: ReadonlySet<number>;
}

let last: Last | undefined;

/**
 * What {@linkcode lookForStrays} finds, or has found within the last seconds if no stray can have
 * been born since. Logs that grow fast are rotated several times a second, and the look costs more
 * than all the rest of a rotation.
 *
 * @param table The process table, read just now.
 * @throws {Deno.errors.UnexpectedEof} if that cannot be found out.
 */
export async function recentStrays(table: ProcessTable): Promise<StrayLook> {
  if (!last || performance.now() - last.at > COUNTS_FOR || hasLeavers(table, last)) {
    last = undefined;
    const at = performance.now();
    const look = await lookForStrays();
    last = {
      at,
      look,
      starts: new Map([...table.values()].map(({ pid, start }) => [pid, start])),
      sessions: new Set([...table.values()].map(({ session }) => session)),
    };
    return look;
  }
  const { look: { carriers, holders }, starts } = last;
  // A pid may have been given to another process since.
  const isSame = (pid: number) => table.has(pid) && table.get(pid)!.start === starts.get(pid);
  return {
    carriers: new Map([...carriers].filter(([pid]) => isSame(pid))),
    holders: new Map([...holders].map(([file, pids]) => [file, pids.filter(isSame)])),
  };
}

/**
 * Whether a process may have left its session since the last look. Who leaves begins a session, and
 * who is born in one that was looked at has its parent there, or had: it then is another's child.
 * All other processes are found with their parents.
 */
function hasLeavers(table: ProcessTable, { starts, sessions }: Last): boolean {
  return [...table.values()].some(({ pid, ppid, session, start }) =>
    !sessions.has(session) ||
    starts.get(pid) !== start && table.get(ppid)?.session !== session
  );
}
