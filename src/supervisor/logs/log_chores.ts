import { messageOf } from "../../errors.ts";
import { SerialQueue } from "../../async/serial_queue.ts";
import { compressRotated } from "../../logs/compress.ts";
import { prune, type Retention } from "../../logs/retention.ts";
import type { LogPaths } from "../../root.ts";

/** Removes and compresses rotated files, one after another. */
export class LogChores {
  readonly #log: (text: string) => void;
  readonly #queue = new SerialQueue();

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /**
   * Removes and compresses the rotated files of `logs`, which share the limit of the total, behind
   * what was asked for before.
   */
  tidy(logs: readonly LogPaths[], retention: Retention): void {
    this.#queue.run(async () => {
      prune(logs, retention, Date.now());
      for (const log of logs) await compressRotated(log);
    }).catch((error) => {
      // The directory was removed meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) this.#log(`logs: ${messageOf(error)}`);
    });
  }
}
