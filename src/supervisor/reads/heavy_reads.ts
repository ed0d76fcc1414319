import { delay } from "@std/async/delay";
import { Places } from "../../async/places.ts";

/** How many questions that read much are answered at the same time. */
const AT_ONCE = 2;
/** How many more may wait for their turn. */
const MAX_WAITING = 32;
/** Milliseconds of work after which the event loop attends to other things. */
const SLICE = 5;

/** Keeps questions that read much from holding up everything else the supervisor does. */
export class HeavyReads {
  readonly #places = new Places(AT_ONCE);
  #asked = 0;

  /**
   * Answers one in its turn.
   *
   * @throws {Deno.errors.WouldBlock} if too many wait already.
   */
  async run<T>(answer: () => Promise<T> | T): Promise<T> {
    if (this.#asked >= AT_ONCE + MAX_WAITING) {
      throw new Deno.errors.WouldBlock(
        `Cannot answer yet: ${this.#asked} questions are asked that read much; ask again later`,
      );
    }
    this.#asked++;
    try {
      using _place = await this.#places.take();
      return await answer();
    } finally {
      this.#asked--;
    }
  }
}

/**
 * Makes what long work calls again and again: now and then it lets the event loop attend to other
 * things. By a timer: while there are immediates, Deno looks at no connection.
 *
 * @returns `undefined` where the work simply goes on.
 */
export function pauses(): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < SLICE) return undefined;
    return delay(0).then(() => {
      begun = performance.now();
    });
  };
}
