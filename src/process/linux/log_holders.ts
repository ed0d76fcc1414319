import { sharedRead } from "../../async/shared_read.ts";
import { sizeOf, statIfThere } from "../../files/path_info.ts";
import { readByShell } from "../run_shell.ts";

/** Pids of who can write to a file, by its device and inode: `DEVICE:INODE`. */
export type LogHolderTable = ReadonlyMap<string, readonly number[]>;

// The links are compared first: to look at any other file of any process might wait for a dead
// network. Whoever may only read a log, as `tail -f` does, is nobody's writer.
const READ = `
command -v find >/dev/null || { echo none; exit; }
echo "$$"
exec find /proc/[0-9]*/fd \\( -path "/proc/$$/fd/1" -o -perm -u+w -lname '*/processes/*' \\) \\
  -exec stat -L -c '%d:%i %n' {} +
`;

/**
 * Reads which processes have which files below a `processes` directory open for writing. What
 * left its session by a double fork and cleared its environment is found by them alone. Calls made
 * while a read is under way share the next one. Where `find` is missing nothing is found.
 *
 * @throws {Deno.errors.Interrupted} if what reads it is killed, as by a lack of memory.
 * @throws {Deno.errors.UnexpectedEof} if it cannot be read: who is not found may hold a log.
 */
export const readLogHolders: () => Promise<LogHolderTable> = sharedRead(async () =>
  parseLogHolders(await readByShell(READ))
);

/**
 * Reads what `find` and `stat` say: the pid that ran them, which holds its own output, then a line
 * `DEVICE:INODE /proc/PID/fd/NUMBER` a file.
 *
 * @throws {Deno.errors.UnexpectedEof} if they have not found that output.
 */
export function parseLogHolders(text: string): LogHolderTable {
  const table = new Map<string, number[]>();
  const [reader = "", ...lines] = text.split("\n");
  if (reader === "none") return table;
  let isWhole = false;
  for (const line of lines) {
    const [, file, pid] = /^(\d+:\d+) \/proc\/(\d+)\/fd\/\d+$/.exec(line) ?? [];
    if (file === undefined) continue;
    if (pid === reader) {
      isWhole = true;
      continue;
    }
    const pids = table.get(file);
    if (pids) pids.push(Number(pid));
    else table.set(file, [Number(pid)]);
  }
  if (isWhole) return table;
  throw new Deno.errors.UnexpectedEof(
    "Cannot read which files processes have open; is /proc mounted, and are 'find' and 'stat' " +
      "those of the system?",
  );
}

/** The pids of those in `table` that can write to one of `logs`. */
export function holdersOf(logs: readonly string[], table: LogHolderTable): ReadonlySet<number> {
  return new Set(logs.flatMap((log) => {
    const info = statIfThere(log);
    return info ? table.get(`${info.dev}:${info.ino}`) ?? [] : [];
  }));
}

/** Whether a process can write to `log`. Nobody looks who writes to one that is empty. */
export async function isHeldOpen(log: string): Promise<boolean> {
  return sizeOf(log) > 0 && holdersOf([log], await readLogHolders()).size > 0;
}
