import { freeSpace, LITTLE_SPACE } from "../files/free_space.ts";

const MEBIBYTE = 1024 * 1024;

/** Looks whether the disk of the root is nearly full, which is told once each time. */
export class DiskWatch {
  readonly #full: (reason: string) => void;
  #isFull = false;

  /** @param full Told when it has become so; `reason` says it in words. */
  constructor(full: (reason: string) => void) {
    this.#full = full;
  }

  look(): void {
    const free = freeSpace(".");
    if (free === undefined) return;
    // Twice as much: about the limit it would be told of again and again.
    if (free >= 2 * LITTLE_SPACE) this.#isFull = false;
    if (free >= LITTLE_SPACE || this.#isFull) return;
    this.#isFull = true;
    this.#full(`only ${Math.floor(free / MEBIBYTE)} MB are free on the disk of the root`);
  }
}
