import { freeSpace } from "../files/free_space.ts";
import { statIfThere } from "../files/path_info.ts";
import { removeIfThere } from "../files/replace_file.ts";
import { storedSize } from "../files/stored_size.ts";
import type { LogPaths } from "../root.ts";
import { readNote } from "./rotation_note.ts";
import { listRotated, type RotatedFile } from "./rotated_files.ts";

/** Which rotated files are kept; 0 is no limit. */
export interface Retention {
  /** How many of each log. */
  readonly files: number;
  /** Milliseconds since they were rotated. */
  readonly age: number;
  /** Bytes of all rotated files of the logs together, as they lie on the disk. */
  readonly total: number;
}

interface Candidate extends RotatedFile {
  readonly log: LogPaths;
  /** Bytes, as it lies on the disk. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
}

/**
 * Removes the rotated files that are too many, too old or too large, the oldest
 * first, each with its index. The newest of each log stays, whatever the total: a
 * limit below the size of one file would otherwise remove every line at its rotation.
 *
 * @param logs The logs that share the limit of the total.
 * @param now Milliseconds since the epoch.
 * @returns the names of the files that were removed.
 */
export function prune(
  logs: readonly LogPaths[],
  { files, age, total }: Retention,
  now: number,
): string[] {
  const doomed = new Set<Candidate>();
  const all = logs.map(candidates);
  for (const ofOne of all) {
    if (files > 0) ofOne.slice(0, Math.max(0, ofOne.length - files)).forEach((f) => doomed.add(f));
    if (age > 0) ofOne.filter((file) => now - file.mtime > age).forEach((f) => doomed.add(f));
  }
  if (total > 0) {
    const left = all.flat().filter((file) => !doomed.has(file)).sort((a, b) => b.mtime - a.mtime);
    const newest = new Set(all.map((ofOne) => ofOne.at(-1)));
    let sum = 0;
    for (const file of left) {
      sum += file.size;
      if (sum > total && !newest.has(file)) doomed.add(file);
    }
  }
  doomed.forEach(remove);
  return [...doomed].map(({ base }) => base);
}

/** Whether so many bytes are free where a log lies, or nobody can tell. */
export function hasRoom(log: LogPaths, bytes: number): boolean {
  return (freeSpace(log.dir) ?? Infinity) >= bytes;
}

/**
 * Removes the oldest rotated files of a log until there is room where it lies, each with its index;
 * none if all of them would not make enough.
 *
 * @param bytes How many are to be free.
 * @returns the names of the files that were removed.
 * @throws {Deno.errors.Busy} if there is not room enough without all of them.
 */
export function makeRoom(log: LogPaths, bytes: number): string[] {
  const free = freeSpace(log.dir) ?? Infinity;
  const files = candidates(log);
  const removable = files.reduce((sum, { size }) => sum + size, 0);
  if (free + removable < bytes) {
    throw new Deno.errors.Busy(
      `a copy of it takes ${bytes} bytes of space, and ${free} are free; make room, as ` +
        "'tsm flush' does, which empties it",
    );
  }
  const removed: string[] = [];
  // By their sizes, not by asking again: a file that somebody reads, or that a file system frees
  // later, would cost the next one its place, until none is left.
  for (let room = free; room < bytes;) {
    const oldest = files.shift()!;
    remove(oldest);
    removed.push(oldest.base);
    room += oldest.size;
  }
  return removed;
}

function remove({ log, base }: Candidate): void {
  for (const name of [base, `${base}.gz`, `${base}.idx`]) removeIfThere(`${log.dir}/${name}`);
}

function candidates(log: LogPaths): Candidate[] {
  const note = readNote(log);
  // While its rotation is under way the copy may still be discarded: counted in, it would cost an
  // older file its place.
  const unfinished = note?.done === false ? note.target : undefined;
  return listRotated(log).flatMap((file) => {
    if (file.base === unfinished) return [];
    const info = statIfThere(file.path);
    return info
      ? [{ ...file, log, size: storedSize(info), mtime: info.mtime?.getTime() ?? 0 }]
      : [];
  });
}
