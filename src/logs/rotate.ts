/**
 * Rotation: what a log holds becomes a file of its own, and the log begins anew,
 * while its writer goes on writing to the very same file.
 *
 * @module
 */
import { isThere } from "../files/path_info.ts";
import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { removeIfThere } from "../files/replace_file.ts";
import {
  isAlive,
  parseRecord,
  type ProcessEntry,
  readProcessTable,
} from "../process/process_table.ts";
import { sendSignal } from "../process/signals.ts";
import type { LogPaths } from "../root.ts";
import { nextBase } from "./rotated_files.ts";
import { RotationHelper } from "./rotation_helper.ts";
import { readNote, type RotationNote, rotationState, writeNote } from "./rotation_note.ts";

/** How a log is rotated while it is written. */
export interface RotateOptions {
  /**
   * Looks for the processes that may write to it; one of which a thread still runs is
   * told as running. Without it nobody is stopped while the last bytes are copied.
   */
  readonly writers?: (() => Promise<readonly ProcessEntry[]>) | undefined;
  /** Runs the short part in which nothing else may happen to the process. */
  readonly exclusively: <T>(action: () => Promise<T>) => Promise<T>;
}

/** Bytes that are left for the frozen moment, in which they are copied at memory speed. */
const CAUGHT_UP = 256 * 1024;
const ROUNDS = 12;
/** Milliseconds until all writers must stand still, if they have been looked at so often. */
const STANDSTILL = 1000;
const STANDSTILL_LOOKS = 10;
/** Milliseconds after which one that waits for a disk no longer holds the rotation up. */
const DISK_WAIT = 250;
/** Milliseconds the helper has to end by itself once its supervisor is gone. */
const HELPER_TIME = 2000;

/**
 * Rotates a log that may be written to meanwhile, losing nothing.
 *
 * @returns the name of the rotated file, or `undefined` if the log was empty.
 * @throws {Deno.errors.Busy} if a writer does not stand still; nothing has changed then.
 */
export async function rotateByCopy(
  log: LogPaths,
  { writers, exclusively }: RotateOptions,
): Promise<string | undefined> {
  await finishRotation(log);
  const { size, ino } = plainFile(log.current);
  if (size === 0) return undefined;
  const target = nextBase(log, new Date());
  const copy = join(log.dir, target);
  const helper = new RotationHelper(log);
  try {
    const { pid, start } = parseRecord(await helper.opened());
    await copyUntilCaughtUp(log, helper);
    return await exclusively(async () => {
      if (plainFile(log.current).ino !== ino) {
        throw new Deno.errors.Busy("the log was replaced meanwhile");
      }
      const note = { target, inode: ino!, helper: { pid, start } };
      writeNote(log, { ...note, frozen: [] });
      try {
        // From here to the truncation the file of that name is only a beginning of the log,
        // which readers and whoever finishes this know from the note.
        Deno.renameSync(log.part, copy);
        if (writers) {
          await freeze(
            helper,
            writers,
            (frozen) => writeNote(log, { ...note, frozen: [...frozen] }),
          );
        }
        if (rotationState(log, { ...note, done: false }) !== "not truncated") {
          throw new Deno.errors.Busy("somebody truncated it meanwhile");
        }
        await helper.go();
      } finally {
        await helper.close();
        await finishRotation(log);
      }
      return target;
    });
  } finally {
    await helper.close();
    if (!readNote(log)) removeIfThere(log.part);
  }
}

/**
 * Rotates a log by a rename: whoever has it open goes on writing to the renamed file.
 *
 * @returns the name of the rotated file, or `undefined` if the log was empty.
 */
export async function rotateByRename(log: LogPaths): Promise<string | undefined> {
  await finishRotation(log);
  if (plainFile(log.current).size === 0) return undefined;
  const target = nextBase(log, new Date());
  moveIndex(log, target);
  const path = join(log.dir, target);
  Deno.renameSync(log.current, path);
  // Its age counts from now, as that of a copy.
  const now = new Date();
  Deno.utimeSync(path, now, now);
  return target;
}

/**
 * Rotates a log that only this process writes to: nothing comes between the copy
 * and the truncation.
 *
 * @returns the name of the rotated file, or `undefined` if the log was empty.
 */
export function rotateOwn(log: LogPaths): string | undefined {
  const { size, ino } = plainFile(log.current);
  if (size === 0) return undefined;
  const target = nextBase(log, new Date());
  Deno.copyFileSync(log.current, log.part);
  writeNote(log, { target, inode: ino!, helper: null, frozen: [] });
  Deno.renameSync(log.part, join(log.dir, target));
  Deno.truncateSync(log.current);
  removeIfThere(log.note);
  return target;
}

/**
 * Finishes a rotation that was interrupted at any point, or undoes it where the
 * log is still whole; resumes what was frozen for it. Does nothing where there is
 * nothing to finish, and may itself be interrupted.
 */
export async function finishRotation(log: LogPaths): Promise<void> {
  const note = readNote(log);
  if (!note) {
    removeIfThere(log.note);
    removeIfThere(log.part);
    return;
  }
  if (note.helper) await awaitHelper(note.helper);
  await resume(note);
  const target = join(log.dir, note.target);
  if (rotationState(log, note) === "truncated") {
    removeIfThere(log.part);
    if (isThere(target)) moveIndex(log, note.target);
  } else removeIfThere(target);
  removeIfThere(log.part);
  removeIfThere(log.note);
}

/** What a log that is a plain file is like. */
export function plainFile(path: string): Deno.FileInfo {
  const info = Deno.lstatSync(path);
  if (info.isFile) return info;
  const what = info.isSymlink
    ? "a symbolic link"
    : info.isDirectory
    ? "a directory"
    : info.isFifo
    ? "a named pipe"
    : "a device or socket";
  throw new Deno.errors.InvalidData(`'${path}' is ${what}, not a plain file; move it away`);
}

async function copyUntilCaughtUp(log: LogPaths, helper: RotationHelper): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await helper.copy();
    if (plainFile(log.current).size - Deno.statSync(log.part).size < CAUGHT_UP) return;
  }
}

/** Stops all writers that are not stopped already, and awaits that they stand still. */
async function freeze(
  helper: RotationHelper,
  writers: () => Promise<readonly ProcessEntry[]>,
  note: (frozen: readonly { pid: number; start: number }[]) => void,
): Promise<void> {
  const frozen = new Map<number, number>();
  const begun = performance.now();
  for (let looks = 1;; looks++) {
    // What ends shows neither T nor t, with threads or without.
    const present = (await writers()).filter(({ state }) => state !== "Z" && state !== "X");
    const moving = present.filter(({ state }) => state !== "T" && state !== "t");
    const fresh = moving.filter(({ pid }) => !frozen.has(pid));
    const waited = performance.now() - begun;
    if (fresh.length > 0) {
      for (const { pid, start } of fresh) frozen.set(pid, start);
      note([...frozen].map(([pid, start]) => ({ pid, start })));
      await helper.freeze(fresh.map(({ pid }) => pid));
    } else if (moving.every(({ state }) => state === "D" && waited > DISK_WAIT)) return;
    // On a machine that was busy with others a single look may have taken all the time.
    if (waited > STANDSTILL && looks >= STANDSTILL_LOOKS) {
      const [{ pid, comm } = { pid: 0, comm: "" }] = moving;
      throw new Deno.errors.Busy(`its process ${pid} (${comm}) does not stand still`);
    }
  }
}

/** The helper may be about to truncate: what it does is only known when it has ended. */
async function awaitHelper({ pid, start }: { pid: number; start: number }): Promise<void> {
  for (const begun = performance.now(); isAlive(await readProcessTable(), pid, start);) {
    if (performance.now() - begun > HELPER_TIME) sendSignal(pid, "SIGKILL");
    await delay(10);
  }
}

async function resume({ frozen }: RotationNote): Promise<void> {
  if (frozen.length === 0) return;
  const table = await readProcessTable();
  for (const { pid, start } of frozen) {
    // One that is not stopped may be about to be: that ends, too.
    if (table.get(pid)?.start === start) sendSignal(pid, "SIGCONT");
  }
}

function moveIndex(log: LogPaths, target: string): void {
  try {
    Deno.renameSync(log.index, join(log.dir, `${target}.idx`));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
