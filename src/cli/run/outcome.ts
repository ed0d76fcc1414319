import { readHistory } from "../../db/read_history.ts";
import { turnOf } from "../../event_table.ts";
import { type Meta, readMeta } from "../../meta/metadata.ts";
import { hasEnded } from "../../meta/status.ts";
import { signalNumber } from "../../signal_names.ts";
import type { RuntimeRoot } from "../../root.ts";
import { EXIT } from "../exit_code.ts";

/** How a process that has ended ended. */
type Ending = Pick<Meta, "exit_code" | "exit_signal">;

/**
 * Tells whether the process has ended for good, and how.
 *
 * @returns its exit code as a shell would give it, 128 and the number for a signal;
 * `undefined` while it runs or will run again.
 */
export function exitCodeIfEnded(root: RuntimeRoot, name: string): number | undefined {
  const meta = readState(root, name);
  if (meta === undefined) return exitCodeOf(lastEnding(root, name));
  if (!hasEnded(meta.status)) return undefined;
  const code = exitCodeOf(meta);
  // One that is given up has failed, however its last run ended.
  return meta.status === "errored" && code === EXIT.done ? EXIT.failed : code;
}

/** The exit code for several processes: the first that is not 0, in the order of their start. */
export function joinExitCodes(codes: readonly number[]): number {
  return codes.find((code) => code !== 0) ?? EXIT.done;
}

/** `undefined`: somebody has removed it. */
function readState(root: RuntimeRoot, name: string): Meta | undefined {
  try {
    return readMeta(root, name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function lastEnding(root: RuntimeRoot, name: string): Ending {
  // A stop event without a pid ended no run: it says nothing of how the last run ended.
  return readHistory(root, name).findLast(({ event, pid }) =>
    turnOf(event) === "end" || (turnOf(event) === "stop" && pid !== null)
  ) ?? {};
}

function exitCodeOf({ exit_code, exit_signal }: Ending): number {
  if (exit_code !== undefined) return exit_code;
  const number = exit_signal === undefined ? undefined : signalNumber(exit_signal);
  // How it ended is unknown, as no supervisor saw it.
  return number === undefined ? EXIT.failed : 128 + number;
}
