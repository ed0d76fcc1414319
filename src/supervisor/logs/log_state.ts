import { openIfThere } from "../../files/read_at.ts";
import { readLogProblems, type Stream, STREAMS } from "../../logs/log_problems.ts";
import { plainFile } from "../../logs/rotate.ts";
import { listRotated } from "../../logs/rotated_files.ts";
import { nextRotation } from "../../logs/schedule.ts";
import { IndexWriter, readIndex } from "../../logs/time_index.ts";
import type { Spec } from "../../meta/spec.ts";
import {
  checkRealDirectory,
  type LogPaths,
  logPaths,
  processPaths,
  type RuntimeRoot,
} from "../../root.ts";

/** What is known of one log between two looks. */
export interface LogState {
  readonly stream: Stream;
  readonly paths: LogPaths;
  readonly index: IndexWriter;
  /** Bytes at the last look. */
  size: number;
  /** Its inode since the launch. */
  inode: number | null;
  /** Held open while its process runs: to ask that for its size is a tenth of a look at its path. */
  file: Deno.FsFile | undefined;
  /** How often its path has not been looked at since the last time. */
  unseen: number;
  problem: string | undefined;
  /** A writer would leave a hole: it is rotated when the process is launched again. */
  waitsForLaunch: boolean;
  rotating: boolean;
  /** Since when the clock runs towards the next rotation by time, in milliseconds. */
  clockFrom: number | undefined;
  /** Before which a rotation that failed is not tried again. */
  retryAt: number;
}

/** The logs of the process `name`, of which nothing but what was reported is known. */
export function keptLogs(root: RuntimeRoot, name: string): readonly LogState[] {
  const paths = processPaths(root, name);
  const problems = readLogProblems(root, name);
  return STREAMS.map((stream): LogState => {
    const log = logPaths(paths[stream]);
    return {
      stream,
      paths: log,
      index: new IndexWriter(log.index),
      size: 0,
      inode: null,
      file: undefined,
      unseen: 0,
      problem: problems[stream],
      waitsForLaunch: false,
      rotating: false,
      clockFrom: undefined,
      retryAt: 0,
    };
  });
}

/** How often a log that does not grow may go without a look at its path. */
const MAX_UNSEEN = 2;

/**
 * Whether a log that is held open is as it was at the last look. What puts another file in its
 * place is noticed as soon as its process writes, or at the next look at its path.
 */
export function isUnchanged(log: LogState): boolean {
  const { file, size, unseen } = log;
  return file !== undefined && unseen < MAX_UNSEEN && file.seekSync(0, Deno.SeekMode.End) === size;
}

/** Holds a log open whose path was just looked at, until {@linkcode closeLog}. */
export function openLog(log: LogState): void {
  log.unseen = 0;
  try {
    log.file ??= openIfThere(log.paths.current);
  } catch {
    // Too many files are open: it is looked at by its path.
  }
}

/** Lets go of a log: its process does not run, or writes elsewhere. */
export function closeLog(log: LogState): void {
  log.file?.close();
  log.file = undefined;
}

/** The file of a log, which must be the one its process was launched with. */
export function lookAtFile(log: LogState, isLaunched: boolean): Deno.FileInfo {
  const info = plainFile(log.paths.current);
  // The file it was: then its directory is what it was as well, or as good.
  if (log.inode === info.ino) return info;
  checkRealDirectory(log.paths.dir);
  if (isLaunched && log.inode !== null && log.inode !== info.ino) throw new ReplacedError();
  log.inode = info.ino;
  return info;
}

/** The file of a log is another one than its process writes to. */
export class ReplacedError extends Deno.errors.NotFound {
  constructor() {
    super("was replaced by another file");
  }
}

/** Notes that a log is empty again. */
export function beginAnew(log: LogState, now: number): void {
  log.index.begin(now);
  log.size = 0;
}

/**
 * Why a log is to be rotated; `undefined` if it is not.
 *
 * @throws {Deno.errors.InvalidData} if the schedule in the spec is none.
 */
export function dueReason(spec: Spec, log: LogState, now: number): string | undefined {
  if (spec.log_max_size > 0 && log.size >= spec.log_max_size) return "by size";
  if (spec.log_rotate === null) return undefined;
  log.clockFrom ??= lastCut(log.paths) ?? now;
  const next = nextRotation(spec.log_rotate, log.clockFrom);
  if (next === undefined || next > now) return undefined;
  // One that fails stays due.
  if (log.size > 0) return "by the clock";
  log.clockFrom = now;
  return undefined;
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
