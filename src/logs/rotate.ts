/**
 * Rotation: what a log holds becomes a file of its own, and the log begins anew,
 * while its writer goes on writing to the very same file.
 *
 * @module
 */
import { isThere } from "../files/path_info.ts";
import { isSparse, storedSize } from "../files/stored_size.ts";
import { delay } from "@std/async/delay";
import { join } from "@std/path/posix";
import { removeIfThere } from "../files/replace_file.ts";
import type { LogWriters } from "../process/linux/log_writers.ts";
import { isAlive } from "../process/process_table.ts";
import { parseRecord, readProcessTable } from "../process/linux/read_process_table.ts";
import { sendSignal } from "../process/signals.ts";
import type { LogPaths } from "../root.ts";
import { nextBase } from "./rotated_files.ts";
import { RotationHelper } from "../process/linux/rotation_helper.ts";
import { readNote, type RotationNote, rotationState, writeNote } from "./rotation_note.ts";

/** How a log is rotated while it is written. */
export interface RotateOptions {
  /** Who may write to the log. Without it nobody is stopped while the last bytes are copied. */
  readonly writers?: LogWriters | undefined;
  /** Runs the short part in which nothing else may happen to the process. */
  readonly exclusively: <T>(action: () => Promise<T>) => Promise<T>;
}

/** The writers are stopped once the copy lacks fewer bytes than this. */
const CAUGHT_UP = 256 * 1024;
const ROUNDS = 12;
/** Milliseconds for which the writers that were found are taken to be there still. */
const STILL_THERE = 250;
/**
 * Milliseconds, and looks at the process table, after which a writer that still runs ends the
 * attempt. Both must have passed.
 */
const STANDSTILL = 1000;
const STANDSTILL_LOOKS = 10;
/** Milliseconds after which a writer that waits for a disk (state D) is no longer waited for. */
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
        // Until the truncation the rotated file only repeats the beginning of the log. Readers and
        // finishRotation() know that from the note, which is therefore written first.
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
        const written = plainFile(log.current);
        if (isSparse(written)) await helper.goSparse(storedSize(written));
        else await helper.go(written.size - Deno.statSync(copy).size);
        // The helper has resumed the writers: nobody is looked for.
        settle(log);
      } catch (error) {
        await helper.close();
        await finishRotation(log);
        throw error;
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
  // Retention counts its age from its modification time: the time of the rotation, as for a copy.
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
  if (note?.helper) await awaitHelper(note.helper);
  if (note) await resume(note);
  settle(log);
}

/** Does the rest of a rotation that no helper is at work for any more. */
function settle(log: LogPaths): void {
  const note = readNote(log);
  if (note) {
    const target = join(log.dir, note.target);
    if (rotationState(log, note) === "not truncated") removeIfThere(target);
    else if (isThere(target)) moveIndex(log, note.target);
  }
  removeIfThere(log.part);
  removeIfThere(log.note);
}

/**
 * Information about a log, which must be a plain file.
 *
 * @throws {Deno.errors.InvalidData} if it is anything else: a link would lead elsewhere, a fifo
 * would block.
 */
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
  const left = () => {
    const info = plainFile(log.current);
    // A sparse log is copied in one go while its writers stand still: it stores little, and only
    // `cp` passes over the holes.
    return isSparse(info) ? 0 : info.size - Deno.statSync(log.part).size;
  };
  let before = left();
  for (let round = 0; round < ROUNDS && before > 0; round++) {
    await helper.copy(before);
    const after = left();
    // A writer that is as fast as the copy is never caught up with: each round takes more space.
    if (after < CAUGHT_UP || after > before / 2) return;
    before = after;
  }
}

/** Stops all writers that are not stopped already, and awaits that they stand still. */
async function freeze(
  helper: RotationHelper,
  { found, foundAt, look }: LogWriters,
  note: (frozen: readonly { pid: number; start: number }[]) => void,
): Promise<void> {
  const frozen = new Map<number, number>();
  const begun = performance.now();
  const first = begun - foundAt < STILL_THERE ? found : await look();
  for (let looks = 0;; looks++) {
    // A process that is ending never gets into state T: waiting for it would fail the rotation.
    const present = (looks === 0 ? first : await look()).filter(({ state }) =>
      state !== "Z" && state !== "X"
    );
    const moving = present.filter(({ state }) => state !== "T" && state !== "t");
    const fresh = moving.filter(({ pid }) => !frozen.has(pid));
    const waited = performance.now() - begun;
    if (fresh.length > 0) {
      for (const { pid, start } of fresh) frozen.set(pid, start);
      note([...frozen].map(([pid, start]) => ({ pid, start })));
      await helper.freeze(fresh.map(({ pid }) => pid));
    } else if (looks > 0 && moving.every(({ state }) => state === "D" && waited > DISK_WAIT)) {
      return;
    }
    // On a busy machine a single look may take all the time: it says nothing about the writers.
    if (waited > STANDSTILL && looks >= STANDSTILL_LOOKS) {
      const [{ pid, comm } = { pid: 0, comm: "" }] = moving;
      throw new Deno.errors.Busy(`its process ${pid} (${comm}) does not stand still`);
    }
  }
}

/** Waits until the helper has ended: before that it may still truncate the log. */
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
    // Sent also to a process that is not stopped: SIGCONT discards a SIGSTOP that is still pending.
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
