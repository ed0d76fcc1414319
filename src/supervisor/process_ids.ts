import { messageOf } from "../errors.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { removeIfThere, replaceFile } from "../files/replace_file.ts";
import type { RuntimeRoot } from "../root.ts";

/** Seconds for which the id of a removed process is given to no other: a day. */
const RESERVED = 86_400;

/**
 * Gives ids to processes. The id of one that was removed is not given again for a day, or until the
 * list has been empty: who types `tsm stop 1` from an old listing would stop another process. What
 * was given back is in `runtime/released-ids.json`, as the next supervisor must know it too: an
 * object from id to epoch seconds.
 */
export class ProcessIds {
  readonly #path: string;
  readonly #log: (text: string) => void;
  /** Given away, but not in hand yet. */
  readonly #reserved = new Set<number>();
  /** Of trial instances, which nobody gets to know. */
  readonly #passing = new Set<number>();
  /** When which id was given back, in epoch seconds. */
  #released: Map<number, number>;

  constructor(root: RuntimeRoot, log: (text: string) => void) {
    this.#path = root.releasedIdsJson;
    this.#log = log;
    this.#released = this.#read();
  }

  /**
   * An id that no process has: `wanted`, if it is free, else the lowest that may be given.
   *
   * @param taken The ids of the processes on the list.
   */
  next(taken: ReadonlySet<number>, wanted?: number): number {
    const isTaken = (id: number) => taken.has(id) || this.#reserved.has(id);
    if (wanted !== undefined && !isTaken(wanted)) return wanted;
    this.#forgetOld(taken);
    let id = 1;
    while (isTaken(id) || this.#released.has(id)) id++;
    return id;
  }

  /** As {@linkcode next}; the id is given to no other until {@linkcode taken} is called. */
  reserve(taken: ReadonlySet<number>, wanted?: number): number {
    const id = this.next(taken, wanted);
    this.#reserved.add(id);
    return id;
  }

  /** A process has got the id that was reserved for it. */
  taken(id: number): void {
    this.#reserved.delete(id);
  }

  /** The id is that of a trial instance: it may be given again as soon as that is removed. */
  lend(id: number): void {
    this.#passing.add(id);
  }

  /**
   * The process that had it was removed.
   *
   * @param taken The ids of the processes that are left.
   */
  release(id: number, taken: ReadonlySet<number>): void {
    if (this.#passing.delete(id)) return;
    this.#released.set(id, now());
    this.#forgetOld(taken);
    try {
      if (this.#released.size === 0) removeIfThere(this.#path);
      else replaceFile(this.#path, `${JSON.stringify(Object.fromEntries(this.#released))}\n`);
    } catch (error) {
      this.#log(`cannot write ${this.#path}: ${messageOf(error)}`);
    }
  }

  #forgetOld(taken: ReadonlySet<number>): void {
    if (this.#released.size === 0) return;
    const isEmpty = taken.size + this.#reserved.size === 0;
    for (const [id, time] of this.#released) {
      if (isEmpty || Math.abs(now() - time) > RESERVED) this.#released.delete(id);
    }
  }

  #read(): Map<number, number> {
    try {
      const value: unknown = JSON.parse(readTextIfThere(this.#path) ?? "{}");
      const entries = Object.entries(value ?? {}).map(([id, time]) => [Number(id), Number(time)]);
      const isRight = (id: number, time: number) => Number.isInteger(id) && Number.isFinite(time);
      return new Map(
        entries.flatMap(([id = NaN, time = NaN]) => isRight(id, time) ? [[id, time]] : []),
      );
    } catch (error) {
      this.#log(`${this.#path} is damaged, and passed over: ${messageOf(error)}`);
      return new Map();
    }
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
