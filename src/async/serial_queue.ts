/**
 * Runs actions one after another, in the order in which they were added. One that fails does not
 * stop those behind it.
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
  #last: Promise<void> = Promise.resolve();

  /** Runs `action` when all actions that were added before have ended. */
  run<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    // Not by catch(): that would keep the result until the next action has ended.
    this.#last = result.then(() => {}, () => {});
    return result;
  }
}
