import { inBatches } from "../../async/in_batches.ts";
import { isMissing } from "../../files/is_missing.ts";
import { linkPidFiles } from "./link_pid_files.ts";
import { readProcesses } from "../../process/linux/read_process_table.ts";
import { processPaths, type RuntimeRoot } from "../../root.ts";

/** A process that has just been launched. */
export interface Launched {
  readonly root: RuntimeRoot;
  readonly name: string;
  readonly pid: number;
}

/**
 * Finds out what makes the pid of a launched process its own, and links its directory to its
 * pid file. For all that are launched at the same time this takes two programs.
 *
 * @returns its `start` in the process table; `undefined` where it has ended already.
 */
export const recordLaunch: (launched: Launched) => Promise<number | undefined> = inBatches(
  async (batch: readonly Launched[]) => {
    const unlinked = batch.filter(({ root, name }) => isMissing(processPaths(root, name).pidLink));
    const [table] = await Promise.all([
      readProcesses(batch.map(({ pid }) => pid)),
      ...[...Map.groupBy(unlinked, ({ root }) => root)].map(([root, group]) =>
        linkPidFiles(root, group.map(({ name }) => name))
      ),
    ]);
    return batch.map(({ pid }) => table.get(pid)?.start);
  },
);
