/**
 * When the bytes of a log came, as far as its indexes tell.
 *
 * @module
 */
import { join } from "@std/path/posix";
import { fingerprint } from "../files/fingerprint.ts";
import { sizeOf, statIfThere } from "../files/path_info.ts";
import type { LogPaths } from "../root.ts";
import { readNote, rotationState } from "./rotation_note.ts";
import { arrival, type IndexEntry, readIndex } from "./time_index.ts";

/** When the bytes of a file came. */
export interface ChunkTimes {
  readonly index: readonly IndexEntry[];
  /** Epoch seconds by which all of them had come. */
  readonly end: number;
}

/** When the byte at `offset` came: between the two times, epoch seconds. */
export function timesAt(
  { index, end }: ChunkTimes,
  offset: number,
): { readonly after: number; readonly by: number } {
  const { after, by } = arrival(index, offset);
  return { after: after ?? 0, by: by ?? end };
}

/**
 * When the bytes of a rotated file came.
 *
 * @param base Its name before it was compressed.
 */
export function rotatedTimes(log: LogPaths, base: string, path: string): ChunkTimes {
  // It may have been removed meanwhile.
  const end = statIfThere(path)?.mtime?.getTime() ?? Date.now();
  return { index: rotatedIndex(log, base), end: Math.ceil(end / 1000) };
}

/** The index of a rotated file; without entries if there is none. */
export function rotatedIndex(log: LogPaths, base: string): readonly IndexEntry[] {
  const own = join(log.dir, `${base}.idx`);
  const found = readIndex(own);
  if (found) return found;
  // The log is truncated, but its index may not have been renamed yet: then it still has its old
  // name.
  const present = readNote(log)?.target === base ? readIndex(log.index) : undefined;
  return readIndex(own) ?? present ?? [];
}

/** The index of the present file of a log, as {@linkcode PresentIndex} reads it. */
export function presentIndex(log: LogPaths): readonly IndexEntry[] {
  return new PresentIndex(log).read(() => sizeOf(log.current));
}

/** The index of the present file of a log; it is only read again where it has changed. */
export class PresentIndex {
  readonly #log: LogPaths;
  #entries: readonly IndexEntry[] = [];
  #seen = "";

  constructor(log: LogPaths) {
    this.#log = log;
  }

  /**
   * Returns its entries; none where it still describes what the log held before it was rotated or
   * emptied.
   *
   * @param size Returns the size of the file in bytes; called after the index was read.
   */
  read(size: () => number): readonly IndexEntry[] {
    const seen = fingerprint(this.#log.index);
    if (seen !== this.#seen) {
      this.#entries = readIndex(this.#log.index) ?? [];
      this.#seen = seen;
      const note = readNote(this.#log);
      if (note && rotationState(this.#log, note) === "truncated") {
        this.#seen = "";
        return [];
      }
    }
    return (this.#entries.at(-1)?.offset ?? 0) > size() ? [] : this.#entries;
  }
}
