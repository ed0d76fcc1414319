import { messageOf } from "../../errors.ts";
import { isSparse } from "../../files/stored_size.ts";
import { lostLogProblem } from "../../logs/log_problems.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { cutExcess } from "./cut_excess.ts";
import {
  closeLog,
  dueReason,
  isContinued,
  isUnchanged,
  type LogState,
  lookAtFile,
  openLog,
  readTail,
  ReplacedError,
} from "./log_state.ts";
import type { LogTroubles } from "./log_troubles.ts";

/**
 * Looks at single logs: how much they have grown, whether they are still the files that their
 * process writes to, whether they are beyond their limits or due to be rotated.
 */
export class LogInspector {
  readonly #troubles: LogTroubles;
  readonly #logsOf: (about: ManagedProcess) => readonly LogState[];

  /** @param logsOf Both logs of a process. */
  constructor(
    troubles: LogTroubles,
    logsOf: (about: ManagedProcess) => readonly LogState[],
  ) {
    this.#troubles = troubles;
    this.#logsOf = logsOf;
  }

  /**
   * Looks at one log: notes how long it is, and what is wrong with it.
   *
   * @param now Milliseconds since the epoch.
   * @param holds Whether it is held open until the next look.
   * @returns why it is to be rotated, if it is.
   */
  look(
    process: ManagedProcess,
    log: LogState,
    now: number,
    holds: boolean,
  ): string | undefined {
    let { size } = log;
    let begun = now;
    let written = now;
    try {
      // It may take space without growing, as fallocate(1) sets it aside: seen at a look at the path.
      if (isUnchanged(log, now)) log.unseen++;
      else {
        const info = lookAtFile(log, process.run !== undefined);
        if (this.cutExcess(process, log)) return undefined;
        size = info.size;
        log.isSparse = isSparse(info);
        begun = info.birthtime?.getTime() ?? now;
        written = Math.min(now, info.mtime?.getTime() ?? now);
        if (process.run && holds) openLog(log);
        else closeLog(log);
      }
    } catch (error) {
      closeLog(log);
      const isGone = error instanceof Deno.errors.NotFound;
      if (isGone && !process.run) {
        // A log that a stopped process does not have, or has no more, is no problem.
        log.inode = null;
        this.report(process, log, undefined);
        return undefined;
      }
      const what = error instanceof ReplacedError ? error.message : "was deleted";
      this.report(
        process,
        log,
        isGone ? lostLogProblem(log.paths.current, what, process.meta.name) : messageOf(error),
      );
      return undefined;
    }
    try {
      if (!isContinued(log, size)) {
        this.#troubles.tellLoss(process.meta.name, this.#logsOf(process), log, now);
      }
      // Before the time index is written: whoever writes the log anew as soon as the index has it
      // would else be taken for its process.
      const tail = size === log.size ? log.tail : readTail(log, size);
      if (size > log.size) {
        // Of what was written in one go this is the very moment, however late the look.
        log.index.note(written, size, begun);
        log.grewAt = now;
        if (!holds) log.index.close();
      }
      log.size = size;
      log.tail = tail;
      if (!log.waitsForLaunch) this.report(process, log, undefined);
      if (log.waitsForLaunch || now < log.retryAt) return undefined;
      return dueReason(process.spec, log, now);
    } catch (error) {
      this.report(process, log, messageOf(error));
      return undefined;
    }
  }

  /**
   * Empties a log that alone has more than it and its rotated files may have together.
   *
   * @returns whether it was emptied.
   */
  cutExcess({ spec, meta }: ManagedProcess, log: LogState): boolean {
    try {
      const stored = cutExcess(spec, log);
      if (stored === undefined) return false;
      this.#troubles.tellCut(meta.name, log, stored, spec.log_max_size + spec.log_max_total);
      return true;
    } catch {
      // It is gone, or no plain file: the look at it tells so.
      return false;
    }
  }

  /**
   * Notes what is wrong with a log.
   *
   * @param problem `undefined`: nothing.
   */
  report(process: ManagedProcess, log: LogState, problem: string | undefined): void {
    this.#troubles.report(process.meta.name, this.#logsOf(process), log, problem);
  }
}
