import { rotateByCopy, rotateByRename } from "../../logs/rotate.ts";
import type { Spec } from "../../meta/spec.ts";
import type { LogPaths } from "../../root.ts";
import { findWriters, foreignOf, writersWithoutAppend } from "../../process/linux/log_writers.ts";
import { formatBytes } from "../../units.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

/** In which root a writer is looked for, and which processes never count. */
export interface WriterScope {
  /** The absolute path of the runtime root. */
  readonly rootPath: string;
  readonly excluded: ReadonlySet<number>;
}

/** A log that cannot be truncated: one of its writers would leave a hole. */
export class HoleError extends Deno.errors.Busy {
  constructor(pid: number, { log_max_size, log_max_total }: Spec) {
    super(
      `its process ${pid} writes without append mode and would leave a hole; ` +
        "the log is rotated at the next restart, and until then " +
        (log_max_total === 0
          ? "nothing limits it: '--log-max-total 1G' does"
          : `emptied, not rotated, whenever it stores ${
            formatBytes(log_max_size + log_max_total)
          }: that is log_max_size and log_max_total`),
    );
  }
}

/**
 * A log whose process was launched while the rotation waited: the launch has rotated what was due,
 * so that nothing is wrong with the log.
 */
export class LaunchedMeanwhileError extends Deno.errors.Busy {}

/**
 * Rotates a log of a process in the way its writers demand: by a rename if there
 * are none, else by a copy.
 *
 * @returns the name of the rotated file, or `undefined` if the log was empty.
 * @throws {HoleError} if a writer would leave a hole.
 * @throws {LaunchedMeanwhileError} if its process was launched before it could be rotated.
 * @throws {Deno.errors.Busy} for all else that only stands in the way for now.
 */
export async function cutLog(
  scope: WriterScope,
  process: ManagedProcess,
  log: LogPaths,
): Promise<string | undefined> {
  const { run, spec } = process;
  const writers = await writersOf(scope, process);
  const pids = writers.found.map(({ pid }) => pid);
  if (pids.length === 0) {
    return await process.exclusively(async () => {
      if (process.run) throw new LaunchedMeanwhileError("it was started meanwhile");
      return await rotateByRename(log);
    });
  }
  await refuseHole(log, pids, spec);
  const foreign = spec.freeze ? foreignOf(pids) : undefined;
  if (foreign !== undefined) {
    throw new Deno.errors.Busy(
      `its process ${foreign} is another user's and cannot be stopped for the moment it ` +
        `takes; --no-freeze rotates without that, and may lose lines`,
    );
  }
  return await rotateByCopy(log, {
    writers: spec.freeze ? writers : undefined,
    exclusively: (action) =>
      process.exclusively(async () => {
        if (process.run !== run) {
          throw new LaunchedMeanwhileError("it was restarted meanwhile");
        }
        return await action();
      }),
  });
}

/**
 * Checks that a log can be truncated.
 *
 * @throws {HoleError} if a writer would leave a hole.
 */
export async function checkTruncatable(
  scope: WriterScope,
  process: ManagedProcess,
  log: LogPaths,
): Promise<void> {
  const { found } = await writersOf(scope, process);
  await refuseHole(log, found.map(({ pid }) => pid), process.spec);
}

function writersOf({ rootPath, excluded }: WriterScope, process: ManagedProcess) {
  const { meta: { name }, spec: { user }, run, directory: { logs } } = process;
  return findWriters({ root: rootPath, name, user, logs, run, excluded });
}

async function refuseHole(log: LogPaths, pids: readonly number[], spec: Spec): Promise<void> {
  const [hole] = await writersWithoutAppend(log.current, pids);
  if (hole !== undefined) throw new HoleError(hole, spec);
}
