import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import type { Present } from "../../db/life.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { isMeantToStop } from "../../meta/status.ts";
import { isAlive, readProcessesSync } from "../../process/process_table.ts";
import type { RuntimeRoot } from "../../root.ts";
import { uptimeOf } from "../ls/columns.ts";

/** What a process is doing now, and what that means for its availability. */
export interface PresentState {
  /** As `ls` has it, or `removed`. */
  readonly status: string;
  readonly present: Present;
  /** Epoch seconds by the clock as it is set now, of one that is up. */
  readonly upSince?: number;
}

const REMOVED: PresentState = { status: "removed", present: "off" };

/** Looks what the processes are doing; of one that is not listed the answer is `removed`. */
export function presentStates(root: RuntimeRoot): (name: string) => PresentState {
  const { metas } = listProcesses(root);
  const running = metas.flatMap(({ pid }) => pid === null ? [] : [pid]);
  const table = isSupervisorAlive(root) ? undefined : readProcessesSync(running);
  const states = new Map(metas.map((meta): [string, PresentState] => {
    const { name, status, pid, pid_start } = meta;
    if (isMeantToStop(status)) return [name, { status, present: "off" }];
    if (pid === null) return [name, { status, present: "down" }];
    const isUp = table === undefined || isAlive(table, pid, pid_start);
    if (!isUp) return [name, { status: "dead", present: "down" }];
    const uptime = uptimeOf(meta);
    const upSince = uptime === undefined ? {} : { upSince: Date.now() / 1000 - uptime };
    return [name, { status, present: "up", ...upSince }];
  }));
  return (name) => states.get(name) ?? REMOVED;
}
