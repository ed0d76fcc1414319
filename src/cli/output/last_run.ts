import type { LastRun } from "../../meta/metadata.ts";
import { formatDuration } from "./duration.ts";
import type { Cell } from "./table.ts";

/**
 * Says how the last run of a job went and how long it took: `ok 3s`, `exit 3, 1m`, `SIGKILL, 5s`,
 * or `failed` where no exit was seen or it could not be launched.
 */
export function lastRunText({ exit_code, exit_signal, duration }: LastRun): string {
  const took = duration === undefined ? undefined : formatDuration(duration);
  if (exit_code === 0) return took === undefined ? "ok" : `ok ${took}`;
  const how = exit_signal ?? (exit_code === undefined ? "failed" : `exit ${exit_code}`);
  return took === undefined ? how : `${how}, ${took}`;
}

/** The same for a table: what failed stands out. */
export function lastRunCell(run: LastRun): Cell {
  const text = lastRunText(run);
  return run.exit_code === 0 ? text : { text, color: "yellow" };
}
