/**
 * A number of places, which are taken in the order in which they were asked for.
 *
 * @example
 * ```ts
 * import { Places } from "./places.ts";
 *
 * const places = new Places(2);
 * {
 *   using _place = await places.take();
 *   await work(); // at most two at a time
 * }
 * ```
 */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place, when one is free; it is given back when the result is disposed of. */
  async take(): Promise<Disposable> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return { [Symbol.dispose]: () => this.#giveBack() };
  }

  #giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
