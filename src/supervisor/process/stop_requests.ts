import type { Meta } from "../../meta/metadata.ts";
import { mustLive } from "../../meta/readiness.ts";

/** Why nothing is begun any more. */
export const SHUTTING_DOWN = "the supervisor is shutting down; try again";

/**
 * Remembers when a stop of one process was last requested. A stop prevails over all starts that
 * were asked for before it, even over those whose turn comes after it.
 */
export class StopRequests {
  readonly #host: { readonly leaving: boolean };
  readonly #process: { readonly meta: Meta };
  /** By `performance.now()`. */
  #lastAt = -Infinity;
  /** Ends the wait of a restart for its launch. */
  #waiting: PromiseWithResolvers<never> | undefined;

  /**
   * @param host Tells whether the supervisor stops all and leaves.
   * @param process The process, as it is at any time.
   */
  constructor(host: { readonly leaving: boolean }, process: { readonly meta: Meta }) {
    this.#host = host;
    this.#process = process;
  }

  /** Notes that a stop is requested now, and ends the wait of a restart for its launch. */
  note(): void {
    this.#lastAt = performance.now();
    this.#waiting?.reject(this.#stoppedMeanwhile());
  }

  /** Whether a stop was requested after `time`, by `performance.now()`. */
  isRequestedSince(time: number): boolean {
    return this.#lastAt > time;
  }

  /**
   * Refuses a start where a stop prevails. To be called in the turn of the start itself, so that no
   * stop comes between.
   *
   * @param requestedAt When the start was asked for, by `performance.now()`.
   * @throws {Deno.errors.Interrupted} if it was stopped meanwhile.
   * @throws {Deno.errors.NotConnected} if the supervisor leaves.
   */
  refuseStart(requestedAt: number): void {
    // One that runs was started behind the stop.
    if (this.isRequestedSince(requestedAt) && !mustLive(this.#process.meta)) {
      throw this.#stoppedMeanwhile();
    }
    if (this.#host.leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
  }

  /**
   * Waits between the end and the launch of a restart; the stop that ends it comes next in turn.
   *
   * @throws as {@linkcode refuseStart} does, as soon as a stop is requested.
   */
  async waitUnlessStopped(awaited: Promise<unknown>, requestedAt: number): Promise<void> {
    this.refuseStart(requestedAt);
    this.#waiting = Promise.withResolvers();
    try {
      await Promise.race([awaited, this.#waiting.promise]);
    } finally {
      this.#waiting = undefined;
    }
  }

  #stoppedMeanwhile(): Error {
    return new Deno.errors.Interrupted(
      `it was stopped meanwhile; 'tsm start ${this.#process.meta.name}' starts it`,
    );
  }
}
