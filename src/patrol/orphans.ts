import { isRealDirectory } from "../files/path_info.ts";
import { readEnvironTable } from "../process/environ_table.ts";
import { ownPids } from "../process/own_pids.ts";
import { isZombie, readProcessTable } from "../process/process_table.ts";
import { terminate } from "../process/terminate.ts";
import type { RuntimeRoot } from "../root.ts";

/** A process of this root whose directory is gone. */
export interface Orphan {
  readonly name: string;
  readonly pid: number;
  readonly start: number;
  readonly comm: string;
}

/**
 * Finds processes whose environment carries this root and a name that has no
 * directory. Another root's or another user's are never among them.
 *
 * @param rootPath The absolute path of the root, as in their `TSM_ROOT`.
 */
export async function findOrphans(root: RuntimeRoot, rootPath: string): Promise<Orphan[]> {
  const named = [...await readEnvironTable()].filter(([pid, origin]) =>
    origin.root === rootPath && pid !== Deno.pid && !hasDirectory(root, origin.name)
  );
  // With its directory it is gone whom it ran as: only our own are ours for sure.
  const own = await ownPids(named.map(([pid]) => pid), null);
  const suspects = named.filter(([pid]) => own.has(pid));
  if (suspects.length === 0) return [];
  // Looked at a second time: a process that was just being stopped is gone by now.
  const table = await readProcessTable();
  return suspects.flatMap(([pid, { name }]) => {
    const entry = table.get(pid);
    if (!entry || isZombie(entry) || hasDirectory(root, name)) return [];
    return [{ name, pid, start: entry.start, comm: entry.comm }];
  });
}

/** Ends an orphan and what descends from it. */
export async function endOrphan({ name, pid, start }: Orphan, rootPath: string): Promise<void> {
  await terminate({ leader: { pid, start }, name, root: rootPath, user: null }, {
    signal: "SIGTERM",
    killTimeout: 5000,
    excluded: new Set([Deno.pid]),
    strays: false,
  });
}

function hasDirectory(root: RuntimeRoot, name: string): boolean {
  return !name.includes("/") && isRealDirectory(`${root.processes}/${name}`);
}
