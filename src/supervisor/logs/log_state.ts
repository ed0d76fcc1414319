import { isMissing } from "../../files/is_missing.ts";
import { openIfThere, readAt } from "../../files/read_at.ts";
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
  /** Whether it takes less space than its size says: it may take more without growing. */
  isSparse: boolean;
  /** The last ones of them, where it was held open then. */
  tail: Uint8Array;
  /** How many bytes somebody else has emptied it of since its process was launched. */
  lostBytes: number;
  /** The same in words. */
  loss: string | undefined;
  /** Milliseconds: when that was told last. */
  lossToldAt: number;
  /** How often it was emptied for being beyond its limits since that was told last. */
  cuts: number;
  /** Milliseconds: when that was told last. */
  cutToldAt: number;
  /** Milliseconds: when it was seen to have grown. */
  grewAt: number;
  /** Its inode since the launch. */
  inode: number | null;
  /** Held open while its process runs: its size costs a tenth of a look at the path. */
  file: Deno.FsFile | undefined;
  /** How many looks in a row have asked only the open file, not the path. */
  unseen: number;
  problem: string | undefined;
  /** It cannot be truncated, as a writer would leave a hole: it is rotated at the next launch. */
  waitsForLaunch: boolean;
  /** When it was rotated last, by `performance.now()`. */
  rotatedAt: number;
  rotating: boolean;
  /** Milliseconds: the time from which the next rotation by the clock is computed. */
  clockFrom: number | undefined;
  /** Milliseconds: a rotation that failed is not tried again before this time. */
  retryAt: number;
}

/** The logs of the process `name` at the first look: only the reported problems are known. */
export function initialLogStates(root: RuntimeRoot, name: string): readonly LogState[] {
  const paths = processPaths(root, name);
  const problems = isMissing(paths.logProblems) ? {} : readLogProblems(root, name);
  return STREAMS.map((stream): LogState => {
    const log = logPaths(paths[stream]);
    return {
      stream,
      paths: log,
      index: new IndexWriter(log.index),
      size: 0,
      isSparse: false,
      tail: NO_BYTES,
      grewAt: 0,
      lostBytes: 0,
      loss: undefined,
      lossToldAt: 0,
      cuts: 0,
      cutToldAt: 0,
      inode: null,
      file: undefined,
      unseen: 0,
      problem: problems[stream],
      waitsForLaunch: false,
      rotatedAt: -Infinity,
      rotating: false,
      clockFrom: undefined,
      retryAt: 0,
    };
  });
}

/** The logs of all processes that have a directory. */
export function allLogs(root: RuntimeRoot): readonly LogPaths[] {
  return [...Deno.readDirSync(root.processes)]
    .filter(({ isDirectory, name }) => isDirectory && !name.startsWith("."))
    .flatMap(({ name }) => STREAMS.map((s) => logPaths(`${root.processes}/${name}/current.${s}`)));
}

/** How many bytes before its end are compared with those at the last look. */
const TAIL = 32;
const NO_BYTES = new Uint8Array(0);

/** Whether a log still holds what it held at the last look. If not, somebody has emptied it. */
export function isContinued({ size: before, tail, file }: LogState, size: number): boolean {
  if (size < before) return false;
  if (file === undefined || tail.length === 0) return true;
  const bytes = readAt(file, before - tail.length, tail.length);
  return tail.every((byte, index) => byte === bytes[index]);
}

/** How a log of `size` bytes ends, for {@linkcode isContinued}; empty if it is not held open. */
export function readTail({ file }: LogState, size: number): Uint8Array {
  const length = Math.min(TAIL, size);
  return file ? readAt(file, size - length, length) : NO_BYTES;
}

/** Maximum of looks in a row that ask only the open file. */
const MAX_UNSEEN = 2;
/** The same for a log that has not grown for {@linkcode SILENT_AFTER}: its path is seen once a minute. */
const MAX_UNSEEN_OF_SILENT = 11;
/** Milliseconds. */
const SILENT_AFTER = 60_000;

/**
 * Whether a log that is held open is as long as at the last look. Another file in its place is
 * noticed as soon as the process writes, or at the next look at the path.
 *
 * @param now Milliseconds since the epoch.
 */
export function isUnchanged(log: LogState, now: number): boolean {
  const maximum = now - log.grewAt > SILENT_AFTER ? MAX_UNSEEN_OF_SILENT : MAX_UNSEEN;
  return log.unseen < maximum && hasSizeOfLastLook(log);
}

/** Whether a log is held open, and as long as at the last look; its path is not looked at. */
export function hasSizeOfLastLook({ file, size, isSparse }: LogState): boolean {
  return !isSparse && file?.seekSync(0, Deno.SeekMode.End) === size;
}

/** Holds a log open whose path was just looked at, until {@linkcode closeLog}. */
export function openLog(log: LogState): void {
  log.unseen = 0;
  try {
    log.file ??= openIfThere(log.paths.current);
  } catch {
    // Too many files are open: its path is looked at instead.
  }
}

/** Closes a log whose process does not run, or writes to another file, and its time index. */
export function closeLog(log: LogState): void {
  log.index.close();
  log.file?.close();
  log.file = undefined;
}

/** The file of a log, which must be the one its process was launched with. */
export function lookAtFile(log: LogState, isLaunched: boolean): Deno.FileInfo {
  const info = plainFile(log.paths.current);
  // It is the file of the last look: its directory needs no second check.
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
  log.tail = NO_BYTES;
}

/**
 * Why a log is to be rotated; `undefined` if it is not.
 *
 * @throws {Deno.errors.InvalidData} if the schedule in the spec is none.
 */
export function dueReason(spec: Spec, log: LogState, now: number): string | undefined {
  if (spec.log_max_size > 0 && log.size >= spec.log_max_size && !wasJustRotated(log)) {
    return "by size";
  }
  if (spec.log_rotate === null) return undefined;
  // The clock may have been set back since.
  log.clockFrom = Math.min(log.clockFrom ?? lastCut(log.paths) ?? now, now);
  const next = nextRotation(spec.log_rotate, log.clockFrom);
  if (next === undefined || next > now) return undefined;
  // `clockFrom` stays: a rotation that fails is still due.
  if (log.size > 0) return "by the clock";
  log.clockFrom = now;
  return undefined;
}

/**
 * Why a log is to be rotated at a launch.
 *
 * @param size Bytes, as the last run has left it.
 */
export function dueAtLaunch(spec: Spec, log: LogState, size: number): string | undefined {
  // Not to be spared: a rename costs nothing.
  const ended = { ...log, size, rotatedAt: -Infinity };
  try {
    return dueReason(spec, ended, Date.now());
  } catch {
    // The next look tells what is wrong with its schedule.
    return undefined;
  }
}

/** Milliseconds: a log that grows fast is rotated so often at the most … */
const ROTATION_EVERY = 1000;
/** … unless it has so many bytes by then. */
const LARGE = 16 * 1024 * 1024;

/** Whether it was rotated a moment ago: ten rotations a second cost more than they are worth. */
function wasJustRotated({ rotatedAt, size, isSparse }: LogState): boolean {
  return (isSparse || size < LARGE) && performance.now() - rotatedAt < ROTATION_EVERY;
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
