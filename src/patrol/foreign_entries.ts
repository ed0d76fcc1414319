import { basename } from "@std/path/posix";
import { directoryEntries } from "../files/directory_entries.ts";
import { lstatIfThere } from "../files/path_info.ts";
import type { RuntimeRoot } from "../root.ts";
import { ownerName } from "../root_trust.ts";

/** Something below the root that somebody else has put there, or that leads out of it. */
export interface ForeignEntry {
  readonly path: string;
  /** What it is called, or the process whose directory it is. */
  readonly name: string;
  /** Why it is not to be trusted. */
  readonly reason: string;
}

/**
 * Finds what a supervisor must not read, run or write through: a directory that was open to others
 * once may hold their processes, and links that lead elsewhere. Logs may belong to the user their
 * process runs as; everything else belongs to the supervisor's user or to root.
 */
export function findForeign(root: RuntimeRoot): readonly ForeignEntry[] {
  const found: ForeignEntry[] = [];
  const look = (directory: string, isLog: (name: string) => boolean = () => false) => {
    // A foreign one goes as a whole, by the look at what it is in.
    if (reasonAgainst(directory, false) !== undefined) return;
    for (const { name } of directoryEntries(directory)) {
      const path = `${directory}/${name}`;
      const reason = reasonAgainst(path, isLog(name));
      if (reason !== undefined) found.push({ path, name, reason });
    }
  };
  for (const directory of [root.runtime, root.pids, root.processes]) look(directory);
  look(root.oldLogs, () => true);
  const db = root.events.slice(0, -"/events".length);
  const reason = reasonAgainst(db, false);
  if (reason !== undefined) found.push({ path: db, name: "db", reason });
  for (const directory of [db, root.events, root.metrics, root.history]) look(directory);
  const isFound = new Set(found.map(({ path }) => path));
  const ours = isFound.has(root.processes)
    ? []
    : directoryEntries(root.processes).filter(({ isDirectory, name }) =>
      isDirectory && !isFound.has(`${root.processes}/${name}`)
    );
  return [...found, ...ours.flatMap(({ name }) => foreignInProcess(root, name))];
}

/** What its supervisor reads of a process: somebody else's would have it run anything. */
const CONTROL_FILE = /^(env|.*\.json)$/;

function foreignInProcess(root: RuntimeRoot, name: string): readonly ForeignEntry[] {
  const directory = `${root.processes}/${name}`;
  const found: ForeignEntry[] = [];
  for (const entry of directoryEntries(directory)) {
    const path = `${directory}/${entry.name}`;
    const isControl = CONTROL_FILE.test(entry.name);
    if (entry.isSymlink && leadsTo(path, `../../pids/${entry.name}`)) continue;
    const reason = reasonAgainst(path, !isControl);
    if (reason === undefined) continue;
    // Without its spec a directory is no process: it goes as a whole.
    if (isControl) return [{ path: directory, name, reason: `its ${entry.name} ${reason}` }];
    found.push({ path, name, reason });
  }
  return found;
}

/** Why what is at `path` itself is foreign, as in "belongs to …"; `undefined` where it is not. */
function reasonAgainst(path: string, mayBeOthers: boolean): string | undefined {
  const info = lstatIfThere(path);
  if (info === undefined) return undefined;
  if (info.isSymlink) return "is a symbolic link";
  const { uid } = info;
  if (mayBeOthers || uid === null || uid === 0 || uid === Deno.uid()) return undefined;
  return `belongs to ${ownerName(uid)} (uid ${uid})`;
}

function leadsTo(path: string, target: string): boolean {
  try {
    return basename(path).endsWith(".pid") && Deno.readLinkSync(path) === target;
  } catch {
    return false;
  }
}
