/**
 * Does what it is given one after another, in the order it was given. What fails
 * holds up nothing behind it.
 *
 * @example
 * ```ts
 * import { SerialQueue } from "./serial_queue.ts";
 *
 * const turns = new SerialQueue();
 * turns.run(() => stop());
 * await turns.run(() => start()); // begins when the stop is done
 * ```
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `action` when all that was given before is done. */
  run<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => {});
    return result;
  }
}
