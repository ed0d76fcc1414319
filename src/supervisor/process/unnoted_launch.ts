import { lstatIfThere } from "../../files/path_info.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isAlive, type ProcessTable } from "../../process/process_table.ts";
import { startedAt } from "../../process/linux/process_clock.ts";
import type { ProcessPaths } from "../../root.ts";

/**
 * Milliseconds from the start of a process to its pid file, which is written in the same turn:
 * as much as the clocks that tell of the two may differ.
 */
const NOTED_WITHIN = 5000;

/**
 * Finds the process that a supervisor launched right before it was killed: its pid file is
 * written at once, its `meta.json` only a few milliseconds later.
 *
 * @param meta What the disk says of it.
 * @returns the same with its pid; `undefined` where there is no such process.
 */
export function withUnnotedLaunch(
  meta: Meta,
  paths: ProcessPaths,
  table: ProcessTable,
): Meta | undefined {
  if (meta.status !== "launching" || meta.pid !== null) return undefined;
  const noted = lstatIfThere(paths.pid)?.mtime?.getTime();
  const pid = Number(readTextIfThere(paths.pid));
  const start = table.get(pid)?.start;
  if (noted === undefined || start === undefined || !isAlive(table, pid, start)) return undefined;
  // Or the file is of an earlier run, and the number another's by now.
  if (Math.abs(noted - startedAt(start)) > NOTED_WITHIN) return undefined;
  return { ...meta, pid, pid_start: start, start_time: Math.floor(noted / 1000) };
}
