import type { ProcessList } from "../meta/list_processes.ts";
import { type Meta, readMeta } from "../meta/metadata.ts";
import { mustLive } from "../meta/readiness.ts";
import { isAlive } from "../process/process_table.ts";
import { readProcessTable } from "../process/linux/read_process_table.ts";
import type { RuntimeRoot } from "../root.ts";

/** Finds the processes that run by their files, and are not there. */
export async function findDead(root: RuntimeRoot, { metas }: ProcessList): Promise<Meta[]> {
  const running = metas.filter(mustLive);
  if (running.length === 0) return [];
  const table = await readProcessTable();
  return running.filter((meta) =>
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
