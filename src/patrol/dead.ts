import { listProcesses } from "../meta/list_processes.ts";
import { type Meta, readMeta } from "../meta/metadata.ts";
import { isAlive, readProcessTable } from "../process/process_table.ts";
import type { RuntimeRoot } from "../root.ts";

/** Finds the processes that are `online` by their files, and are not there. */
export async function findDead(root: RuntimeRoot): Promise<Meta[]> {
  const online = listProcesses(root).metas.filter(({ status }) => status === "online");
  if (online.length === 0) return [];
  const table = await readProcessTable();
  return online.filter((meta) =>
    !isAlive(table, meta.pid, meta.pid_start) && saysStill(root, meta)
  );
}

/** Whether the process was not restarted while we looked. */
function saysStill(root: RuntimeRoot, { name, pid }: Meta): boolean {
  try {
    const now = readMeta(root, name);
    return now.status === "online" && now.pid === pid;
  } catch {
    return false;
  }
}
