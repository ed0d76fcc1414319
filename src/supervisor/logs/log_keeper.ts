import { SerialQueue } from "../../async/serial_queue.ts";
import { isThere, sizeOf } from "../../files/path_info.ts";
import { isSparse, storedSize } from "../../files/stored_size.ts";
import type { EventDetail } from "../../db/record_events.ts";
import type { EventName } from "../../event_table.ts";
import { messageOf } from "../../errors.ts";
import { hasRoom, makeRoom } from "../../logs/retention.ts";
import { finishRotation, plainFile, rotateByRename } from "../../logs/rotate.ts";
import { isHeldOpen } from "../../process/linux/log_holders.ts";
import type { RuntimeRoot } from "../../root.ts";
import { checkTruncatable, cutLog, HoleError, LaunchedMeanwhileError } from "./cut_log.ts";
import {
  allLogs,
  beginAnew,
  closeLog,
  dueAtLaunch,
  hasSizeOfLastLook,
  initialLogStates,
  type LogState,
} from "./log_state.ts";
import { LogChores } from "./log_chores.ts";
import { LogClock } from "./log_clock.ts";
import { LogInspector } from "./log_inspector.ts";
import { LogTroubles } from "./log_troubles.ts";
import { OwnLog } from "./own_log.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

/** What the keeper needs of its supervisor. */
export interface LogHost {
  readonly root: RuntimeRoot;
  readonly rootPath: string;
  readonly excluded: ReadonlySet<number>;
  /** Whether there are descriptors enough to hold all logs open. */
  readonly mayHoldLogs: boolean;
  /** The process `name`, if there is one. */
  process(name: string): ManagedProcess | undefined;
  log(text: string): void;
  record(event: EventName, name: string, detail: EventDetail): void;
}

const RETRY_AFTER = 30_000;
const PRUNE_EVERY = 60_000;
/** Milliseconds for which a log that has grown is looked at often. */
const GROWING = 10_000;

/**
 * Keeps the logs of all processes, and the supervisor's own: a time index, rotation
 * by size and clock, as many old files as are wanted. It looks at sizes only; what
 * is written never passes through it.
 */
export class LogKeeper {
  readonly #host: LogHost;
  readonly #own: OwnLog;
  readonly #logs = new Map<string, readonly LogState[]>();
  /** Rotations, one after another: they should not all freeze and copy at once. */
  readonly #rotations = new SerialQueue();
  readonly #chores: LogChores;
  readonly #troubles: LogTroubles;
  readonly #inspector: LogInspector;
  readonly #clock: LogClock;
  #prunedAt = Date.now();

  constructor(host: LogHost) {
    this.#host = host;
    this.#chores = new LogChores((text) => host.log(text));
    this.#own = new OwnLog(host.root, this.#chores);
    this.#troubles = new LogTroubles(host);
    this.#inspector = new LogInspector(this.#troubles, (process) => this.#logsOf(process));
    this.#clock = new LogClock((which) => this.#lookAgain(which));
  }

  /** Begins to look at the logs more often than {@linkcode tick} does. */
  watch(): void {
    this.#clock.start();
  }

  /** Ends what {@linkcode watch} has begun. */
  close(): void {
    this.#clock.stop();
  }

  /** Finishes the rotations that an earlier supervisor did not, whatever killed it. */
  async finishInterrupted(): Promise<void> {
    const { root } = this.#host;
    const tell = (path: string) => (error: unknown) =>
      this.#host.log(`${path}: ${messageOf(error)}`);
    await Promise.all([
      this.#own.finishInterrupted().catch(tell(root.supervisorLog)),
      ...allLogs(root).map((log) => finishRotation(log).catch(tell(log.current))),
    ]);
  }

  /** Looks at all logs: notes when they grew, and rotates what is due. */
  tick(processes: Iterable<ManagedProcess>): void {
    const now = Date.now();
    let hasGrown = false;
    const prunes = now - this.#prunedAt > PRUNE_EVERY;
    const holds = this.#host.mayHoldLogs;
    if (prunes) this.#prunedAt = now;
    for (const process of processes) {
      for (const log of this.#logsOf(process)) {
        if (!holds && !log.rotating) closeLog(log);
        // Opened anew by its path: it may have been removed or replaced.
        if (!log.rotating) log.index.close();
        this.#keep(process, log, now, holds);
        hasGrown ||= now - log.grewAt < GROWING;
      }
      if (prunes && process.spec.log_max_age > 0) this.#tidy(process);
    }
    if (hasGrown) this.#clock.wake();
    this.#own.tick();
  }

  /**
   * Rotates both logs of a process now.
   *
   * @returns the names of the rotated files; none for logs that are empty.
   * @throws why a log cannot be rotated.
   */
  async rotate(process: ManagedProcess): Promise<readonly string[]> {
    const files: string[] = [];
    for (const log of this.#logsOf(process)) {
      const file = await this.#enqueue(process, log, "on request");
      if (file !== undefined) files.push(file);
    }
    return files;
  }

  /**
   * Empties the current logs of a process.
   *
   * @throws {Deno.errors.InvalidData} if a log is no plain file.
   * @throws {Deno.errors.Busy} if its writer would leave a hole.
   */
  flush(process: ManagedProcess): Promise<void> {
    return this.#rotations.run(() =>
      process.exclusively(async () => {
        // An empty log has nothing to lose: to look for its writers costs much more.
        const logs = this.#logsOf(process).filter(({ paths }) =>
          isThere(paths.current) && plainFile(paths.current).size > 0
        );
        for (const { paths } of logs) await checkTruncatable(this.#host, process, paths);
        for (const log of logs) {
          Deno.truncateSync(log.paths.current);
          beginAnew(log, Date.now());
        }
        this.#host.record("flush", process.meta.name, {});
      })
    );
  }

  /**
   * Rotates by a rename what waits for a launch or is due, for the run before is over: never is it
   * cheaper, and a program that crashes every second would meet every other rotation with a
   * restart.
   */
  async launching(process: ManagedProcess, event: "start" | "restart"): Promise<void> {
    const { name } = process.meta;
    // It may say much as it starts.
    this.#clock.wake();
    for (const log of this.#logsOf(process)) {
      const isAsked = event === "restart" && process.spec.log_rotate_on_restart;
      const size = sizeOf(log.paths.current);
      const reason = log.waitsForLaunch || isAsked
        ? "at its restart"
        : dueAtLaunch(process.spec, log, size);
      closeLog(log);
      log.inode = null;
      log.waitsForLaunch = false;
      if (size < log.size) beginAnew(log, Date.now());
      this.#troubles.forget(name, this.#logsOf(process), log);
      if (reason === undefined || !isThere(log.paths.current)) continue;
      try {
        if (this.#inspector.cutExcess(process, log)) continue;
        // What an earlier run has left behind would write to the renamed file, unseen and without
        // limit: such a log is rotated by a copy, once the process runs.
        if (await isHeldOpen(log.paths.current)) continue;
        const file = await rotateByRename(log.paths);
        // A look between the two has taken the renamed file for the one of the next run.
        log.inode = null;
        if (file !== undefined) this.#rotated(process, log, file, reason);
      } catch (error) {
        this.#host.log(`${name}: ${log.stream}: not rotated: ${messageOf(error)}`);
      }
    }
  }

  /** How many files are held open: logs, and the time indexes of those that grow. */
  get heldOpen(): number {
    const files = ({ file, index }: LogState) => Number(file !== undefined) + Number(index.isOpen);
    return [...this.#logs.values()].flat().reduce((sum, log) => sum + files(log), 0);
  }

  /** Forgets a process that is gone. */
  forget(name: string): void {
    this.#logs.get(name)?.forEach(closeLog);
    this.#logs.delete(name);
  }

  #logsOf(process: ManagedProcess): readonly LogState[] {
    const { name } = process.meta;
    const present = this.#logs.get(name);
    if (present) return present;
    const logs = initialLogStates(this.#host.root, name);
    this.#logs.set(name, logs);
    return logs;
  }

  /** Looks at the logs of what runs; {@linkcode tick} alone looks whether they are still there. */
  #lookAgain(which: "growing" | "all"): number {
    let growing = 0;
    const now = Date.now();
    const holds = this.#host.mayHoldLogs;
    for (const [name, logs] of this.#logs) {
      for (const log of logs) {
        const isGrowing = now - log.grewAt < GROWING;
        if (isGrowing) growing++;
        if (which === "growing" && !isGrowing || hasSizeOfLastLook(log)) continue;
        const process = this.#host.process(name);
        if (process?.run) this.#keep(process, log, now, holds);
      }
    }
    return growing;
  }

  /** Looks at one log, and has it rotated if that is due. */
  #keep(process: ManagedProcess, log: LogState, now: number, holds: boolean): void {
    if (log.rotating) {
      // That may take long, or fail: its limits hold meanwhile.
      this.#inspector.cutExcess(process, log);
      return;
    }
    const reason = this.#inspector.look(process, log, now, holds);
    if (reason !== undefined) this.#enqueue(process, log, reason).catch(() => {});
  }

  async #enqueue(
    process: ManagedProcess,
    log: LogState,
    reason: string,
  ): Promise<string | undefined> {
    log.rotating = true;
    return await this.#rotations.run(async () => {
      try {
        log.rotating = true;
        if (!isThere(log.paths.current)) return undefined;
        if (this.#inspector.cutExcess(process, log)) return undefined;
        const info = plainFile(log.paths.current);
        const { size, birthtime } = info;
        const now = Date.now();
        if (size > 0) log.index.note(now, size, birthtime?.getTime() ?? now);
        // To look for the writers of an empty log would be in vain.
        const file = size > 0 ? await this.#cut(process, log, info) : undefined;
        if (file !== undefined) this.#rotated(process, log, file, reason);
        this.#inspector.report(process, log, undefined);
        return file;
      } catch (error) {
        if (error instanceof HoleError) log.waitsForLaunch = true;
        log.retryAt = Date.now() + RETRY_AFTER;
        // A crash loop would tell of that at every launch.
        if (!(error instanceof LaunchedMeanwhileError)) {
          this.#inspector.report(process, log, `not rotated: ${messageOf(error)}`);
        }
        throw error;
      } finally {
        log.rotating = false;
      }
    });
  }

  /** Rotates a log, making room for that. */
  async #cut(
    process: ManagedProcess,
    log: LogState,
    info: Deno.FileInfo,
  ): Promise<string | undefined> {
    // Its writers go on writing while it is copied.
    const copied = isSparse(info) ? storedSize(info) : info.size * 1.25;
    if (process.run && !hasRoom(log.paths, copied)) {
      await this.#chores.compressed(log.paths);
      for (const name of makeRoom(log.paths, copied)) {
        this.#host.log(`${process.meta.name}: removed ${name}: there is little space on the disk`);
      }
    }
    return await cutLog(this.#host, process, log.paths);
  }

  #rotated(process: ManagedProcess, log: LogState, file: string, reason: string): void {
    const now = Date.now();
    beginAnew(log, now);
    log.clockFrom = now;
    log.rotatedAt = performance.now();
    this.#host.record("rotate", process.meta.name, { reason: `${file} ${reason}` });
    this.#tidy(process);
  }

  #tidy({ spec, meta }: ManagedProcess): void {
    const logs = this.#logs.get(meta.name)?.map(({ paths }) => paths) ?? [];
    this.#chores.tidy(logs, {
      files: spec.log_max_files,
      age: spec.log_max_age,
      total: spec.log_max_total,
    });
  }
}
