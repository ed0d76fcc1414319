import type { ProcessList } from "../meta/list_processes.ts";
import { type Meta, readMeta } from "../meta/metadata.ts";
import { mustLive } from "../meta/readiness.ts";
import { isAlive, type ProcessTable } from "../process/process_table.ts";
import type { RuntimeRoot } from "../root.ts";

/** Finds the processes that run by their files, and are not in `table`, which was read later. */
export function findDead(
  root: RuntimeRoot,
  { metas }: ProcessList,
  table: ProcessTable,
): readonly Meta[] {
  return metas.filter(mustLive).filter((meta) =>
    !isAlive(table, meta.pid, meta.pid_start) && saysStill(root, meta)
  );
}

/** Whether the process was not restarted while we looked. */
function saysStill(root: RuntimeRoot, { name, pid }: Meta): boolean {
  try {
    const now = readMeta(root, name);
    return mustLive(now) && now.pid === pid;
  } catch {
    return false;
  }
}
