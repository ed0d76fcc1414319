import { SerialQueue } from "../../async/serial_queue.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { SHUTTING_DOWN } from "./stop_requests.ts";

/**
 * What one process is asked to do, done one after another: a serial queue that begins nothing once
 * the process is removed, or the supervisor leaves it to the next one.
 */
export class ProcessTurns {
  readonly #process: { readonly meta: Meta; readonly removed: boolean };
  readonly #log: (text: string) => void;
  readonly #queue = new SerialQueue();
  #isClosed = false;

  /** @param process The process, as it is at any time. */
  constructor(
    process: { readonly meta: Meta; readonly removed: boolean },
    log: (text: string) => void,
  ) {
    this.#process = process;
    this.#log = log;
  }

  /**
   * Runs `action` when all that was asked before is done.
   *
   * @param whenRemoved Is run instead where the process has been removed meanwhile.
   * @throws {Deno.errors.NotFound} if it has been removed and there is no `whenRemoved`.
   * @throws {Deno.errors.NotConnected} if the supervisor leaves.
   */
  run<T>(action: () => T | Promise<T>, whenRemoved?: () => T): Promise<T> {
    return this.#queue.run(() => {
      if (this.#isClosed) {
        throw new Deno.errors.NotConnected(SHUTTING_DOWN);
      }
      if (!this.#process.removed) return action();
      if (whenRemoved) return whenRemoved();
      throw new Deno.errors.NotFound("it has just been stopped and removed; start it anew");
    });
  }

  /** Runs `action` in its turn where nobody waits for it: a failure is logged. */
  runUnawaited(action: () => void | Promise<void>): void {
    this.run(action, () => {}).catch((error) => {
      if (!this.#isClosed) this.#log(`${this.#process.meta.name}: ${messageOf(error)}`);
    });
  }

  /** Begins nothing any more. */
  close(): void {
    this.#isClosed = true;
  }
}
