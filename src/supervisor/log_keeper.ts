import type { EventDetail, EventName } from "../db/record_event.ts";
import { messageOf } from "../errors.ts";
import { compressRotated } from "../logs/compress.ts";
import {
  type LogProblems,
  readLogProblems,
  type Stream,
  STREAMS,
  writeLogProblems,
} from "../logs/log_problems.ts";
import { prune, type Retention } from "../logs/retention.ts";
import { listRotated } from "../logs/rotated_files.ts";
import {
  finishRotation,
  plainFile,
  rotateByCopy,
  rotateByRename,
  rotateOwn,
} from "../logs/rotate.ts";
import { nextRotation } from "../logs/schedule.ts";
import { IndexWriter, readIndex } from "../logs/time_index.ts";
import type { Spec } from "../meta/spec.ts";
import {
  checkRealDirectory,
  type LogPaths,
  logPaths,
  processPaths,
  type RuntimeRoot,
} from "../root.ts";
import { foreignOf, writersOf, writersWithoutAppend } from "./log_writers.ts";
import type { ManagedProcess } from "./managed_process.ts";

/** What the keeper needs of its supervisor. */
export interface LogHost {
  readonly root: RuntimeRoot;
  readonly home: string;
  readonly excluded: ReadonlySet<number>;
  log(text: string): void;
  record(event: EventName, name: string, detail: EventDetail): void;
}

/** What is known of one log between two looks. */
interface KeptLog {
  readonly stream: Stream;
  readonly paths: LogPaths;
  readonly index: IndexWriter;
  /** Bytes at the last look. */
  size: number;
  /** Its inode since the launch. */
  inode: number | null;
  problem: string | undefined;
  /** A writer would leave a hole: it is rotated when the process is launched again. */
  waitsForLaunch: boolean;
  rotating: boolean;
  /** Since when the clock runs towards the next rotation by time, in milliseconds. */
  clockFrom: number | undefined;
  /** Before which a rotation that failed is not tried again. */
  retryAt: number;
}

/** How the supervisor's own log is kept. */
const OWN: Retention & { readonly size: number } = {
  size: 10 * 1024 * 1024,
  files: 5,
  age: 0,
  total: 0,
};
const RETRY_AFTER = 30_000;
const PRUNE_EVERY = 60_000;

/**
 * Keeps the logs of all processes, and the supervisor's own: a time index, rotation
 * by size and clock, as many old files as are wanted. It looks at sizes only; what
 * is written never passes through it.
 */
export class LogKeeper {
  readonly #host: LogHost;
  readonly #own: LogPaths;
  readonly #logs = new Map<string, readonly KeptLog[]>();
  /** Rotations, one after another: they should not all freeze and copy at once. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Compression and removal of old files, one after another. */
  #chores: Promise<unknown> = Promise.resolve();
  #prunedAt = Date.now();

  constructor(host: LogHost) {
    this.#host = host;
    this.#own = logPaths(host.root.supervisorLog);
  }

  /** Finishes the rotations that an earlier supervisor did not, whatever killed it. */
  async finishInterrupted(): Promise<void> {
    const { root } = this.#host;
    const logs = [...Deno.readDirSync(root.processes)]
      .filter(({ isDirectory, name }) => isDirectory && !name.startsWith("."))
      .flatMap(({ name }) =>
        STREAMS.map((s) => logPaths(`${root.processes}/${name}/current.${s}`))
      );
    await Promise.all([...logs, this.#own].map(async (log) => {
      try {
        await finishRotation(log);
      } catch (error) {
        this.#host.log(`${log.current}: ${messageOf(error)}`);
      }
    }));
  }

  /** Looks at all logs: notes when they grew, and rotates what is due. */
  tick(processes: readonly ManagedProcess[]): void {
    const now = Date.now();
    const prunes = now - this.#prunedAt > PRUNE_EVERY;
    if (prunes) this.#prunedAt = now;
    for (const process of processes) {
      for (const log of this.#logsOf(process)) {
        if (log.rotating) continue;
        const reason = this.#look(process, log, now);
        if (reason !== undefined) this.#enqueue(process, log, reason).catch(() => {});
      }
      if (prunes && process.spec.log_max_age > 0) this.#tidy(process);
    }
    this.#tickOwn();
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
    return this.#inQueue(() =>
      process.exclusively(async () => {
        const logs = this.#logsOf(process).filter(({ paths }) => exists(paths.current));
        for (const { paths } of logs) {
          plainFile(paths.current);
          const refusal = await this.#refusal(process, paths);
          if (refusal) throw new Deno.errors.Busy(refusal);
        }
        for (const log of logs) {
          Deno.truncateSync(log.paths.current);
          log.index.begin(Date.now());
          log.size = 0;
        }
        this.#host.record("flush", process.meta.name, {});
      })
    );
  }

  /** Rotates what waits for a launch, by a rename: nobody has the logs open. */
  async launching(process: ManagedProcess, event: "start" | "restart"): Promise<void> {
    const { name } = process.meta;
    for (const log of this.#logsOf(process)) {
      const wanted = log.waitsForLaunch ||
        (event === "restart" && process.spec.log_rotate_on_restart);
      log.inode = null;
      log.waitsForLaunch = false;
      if (!wanted || !exists(log.paths.current)) continue;
      try {
        const file = await rotateByRename(log.paths);
        if (file !== undefined) this.#rotated(process, log, file, "at its restart");
      } catch (error) {
        this.#host.log(`${name}: ${log.stream}: not rotated: ${messageOf(error)}`);
      }
    }
    this.#setProblems(process);
  }

  /** Forgets a process that is gone. */
  forget(name: string): void {
    this.#logs.delete(name);
  }

  #logsOf(process: ManagedProcess): readonly KeptLog[] {
    const { name } = process.meta;
    const present = this.#logs.get(name);
    if (present) return present;
    const paths = processPaths(this.#host.root, name);
    const problems = readLogProblems(this.#host.root, name);
    const logs = STREAMS.map((stream): KeptLog => {
      const log = logPaths(paths[stream]);
      return {
        stream,
        paths: log,
        index: new IndexWriter(log.index),
        size: 0,
        inode: null,
        problem: problems[stream],
        waitsForLaunch: false,
        rotating: false,
        clockFrom: undefined,
        retryAt: 0,
      };
    });
    this.#logs.set(name, logs);
    return logs;
  }

  /**
   * Looks at one log.
   *
   * @returns why it is to be rotated, if it is.
   */
  #look(process: ManagedProcess, log: KeptLog, now: number): string | undefined {
    let size: number;
    let begun: number;
    try {
      checkRealDirectory(log.paths.dir);
      const info = plainFile(log.paths.current);
      size = info.size;
      begun = info.birthtime?.getTime() ?? now;
      if (process.run && log.inode !== null && log.inode !== info.ino) {
        throw new Deno.errors.NotFound("was replaced by another file");
      }
      log.inode = info.ino;
    } catch (error) {
      const isGone = error instanceof Deno.errors.NotFound;
      if (isGone && log.inode === null) return undefined;
      const replaced = messageOf(error).startsWith("was replaced");
      this.#report(
        process,
        log,
        isGone
          ? `${log.paths.current} ${replaced ? messageOf(error) : "was deleted"}; what it writes ` +
            `is lost until 'tsm restart ${process.meta.name}'`
          : messageOf(error),
      );
      return undefined;
    }
    try {
      if (size < log.size) log.index.begin(now);
      if (size > log.size) log.index.note(now, size, begun);
      log.size = size;
      if (!log.waitsForLaunch) this.#report(process, log, undefined);
      if (log.waitsForLaunch || now < log.retryAt) return undefined;
      return this.#due(process.spec, log, now);
    } catch (error) {
      this.#report(process, log, messageOf(error));
      return undefined;
    }
  }

  #due(spec: Spec, log: KeptLog, now: number): string | undefined {
    if (spec.log_max_size > 0 && log.size >= spec.log_max_size) return "by size";
    if (spec.log_rotate === null) return undefined;
    log.clockFrom ??= lastCut(log.paths) ?? now;
    const next = nextRotation(spec.log_rotate, log.clockFrom);
    if (next === undefined || next > now) return undefined;
    log.clockFrom = now;
    return log.size > 0 ? "by the clock" : undefined;
  }

  async #enqueue(
    process: ManagedProcess,
    log: KeptLog,
    reason: string,
  ): Promise<string | undefined> {
    log.rotating = true;
    return await this.#inQueue(async () => {
      try {
        log.rotating = true;
        if (!exists(log.paths.current)) return undefined;
        const { size, birthtime } = plainFile(log.paths.current);
        const now = Date.now();
        if (size > 0) log.index.note(now, size, birthtime?.getTime() ?? now);
        const file = await this.#cut(process, log);
        if (file !== undefined) this.#rotated(process, log, file, reason);
        this.#report(process, log, undefined);
        return file;
      } catch (error) {
        log.retryAt = Date.now() + RETRY_AFTER;
        this.#report(process, log, `not rotated: ${messageOf(error)}`);
        throw error;
      } finally {
        log.rotating = false;
      }
    });
  }

  async #cut(process: ManagedProcess, log: KeptLog): Promise<string | undefined> {
    const { run, spec } = process;
    const owner = { ...this.#host, name: process.meta.name, home: this.#host.home, run };
    const writers = await writersOf(owner);
    const pids = (await writers()).map(({ pid }) => pid);
    if (pids.length === 0) {
      return await process.exclusively(async () => {
        if (process.run) throw new Deno.errors.Busy("it was started meanwhile");
        return await rotateByRename(log.paths);
      });
    }
    const hole = (await writersWithoutAppend(log.paths.current, pids))[0];
    if (hole !== undefined) {
      log.waitsForLaunch = true;
      throw new Deno.errors.Busy(holeText(hole));
    }
    const foreign = spec.freeze ? foreignOf(pids) : undefined;
    if (foreign !== undefined) {
      throw new Deno.errors.Busy(
        `its process ${foreign} is another user's and cannot be stopped for the moment it ` +
          `takes; --no-freeze rotates without that, and may lose lines`,
      );
    }
    return await rotateByCopy(log.paths, {
      writers: spec.freeze ? writers : undefined,
      exclusively: (action) =>
        process.exclusively(async () => {
          if (process.run !== run) throw new Deno.errors.Busy("it was restarted meanwhile");
          return await action();
        }),
    });
  }

  async #refusal(process: ManagedProcess, log: LogPaths): Promise<string | undefined> {
    const { run } = process;
    const owner = { ...this.#host, name: process.meta.name, home: this.#host.home, run };
    const pids = (await (await writersOf(owner))()).map(({ pid }) => pid);
    const hole = (await writersWithoutAppend(log.current, pids))[0];
    return hole === undefined ? undefined : holeText(hole);
  }

  #rotated(process: ManagedProcess, log: KeptLog, file: string, reason: string): void {
    const now = Date.now();
    log.index.begin(now);
    log.size = 0;
    log.clockFrom = now;
    this.#host.record("rotate", process.meta.name, { reason: `${file} ${reason}` });
    this.#tidy(process);
  }

  #tidy({ spec, meta }: ManagedProcess): void {
    const logs = this.#logs.get(meta.name)?.map(({ paths }) => paths) ?? [];
    this.#chore(logs, {
      files: spec.log_max_files,
      age: spec.log_max_age,
      total: spec.log_max_total,
    });
  }

  #chore(logs: readonly LogPaths[], retention: Retention): void {
    this.#chores = this.#chores.then(async () => {
      prune(logs, retention, Date.now());
      for (const log of logs) await compressRotated(log);
    }).catch((error) => {
      // The directory was removed meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) this.#host.log(`logs: ${messageOf(error)}`);
    });
  }

  #tickOwn(): void {
    try {
      if (plainFile(this.#own.current).size < OWN.size) return;
      rotateOwn(this.#own);
      this.#chore([this.#own], OWN);
    } catch {
      // There is nowhere to say so.
    }
  }

  #report(process: ManagedProcess, log: KeptLog, problem: string | undefined): void {
    if (log.problem === problem) return;
    log.problem = problem;
    if (problem !== undefined) {
      this.#host.log(`${process.meta.name}: current.${log.stream}: ${problem}`);
    }
    this.#setProblems(process);
  }

  #setProblems({ meta }: ManagedProcess): void {
    const problems: { -readonly [S in Stream]?: LogProblems[S] } = {};
    for (const log of this.#logs.get(meta.name) ?? []) {
      if (log.inode === null && !log.waitsForLaunch) log.problem = undefined;
      if (log.problem !== undefined) problems[log.stream] = log.problem;
    }
    try {
      writeLogProblems(this.#host.root, meta.name, problems);
    } catch {
      // Its directory is gone, or the disk is full: supervisor.log has it.
    }
  }

  #inQueue<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => {});
    return result;
  }
}

function holeText(pid: number): string {
  return `its process ${pid} writes without append mode and would leave a hole; ` +
    "the log is rotated at the next restart";
}

/** When a log was last begun, in milliseconds since the epoch, as far as that is known. */
function lastCut(log: LogPaths): number | undefined {
  try {
    const last = listRotated(log).at(-1);
    if (last) return Deno.statSync(last.path).mtime?.getTime();
    const [first] = readIndex(log.index) ?? [];
    return first ? first.time * 1000 : Deno.statSync(log.current).birthtime?.getTime();
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
