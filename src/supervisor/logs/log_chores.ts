import { SerialQueue } from "../../async/serial_queue.ts";
import { messageOf } from "../../errors.ts";
import { compressRotated } from "../../logs/compress.ts";
import { prune, type Retention } from "../../logs/retention.ts";
import type { LogPaths } from "../../root.ts";

/**
 * Removes and compresses rotated files. What is to be removed is removed at once: it must not wait
 * for a compression, which may take longer than a busy log takes to grow.
 */
export class LogChores {
  readonly #log: (text: string) => void;
  readonly #compressions = new SerialQueue();
  /** The logs that wait to be compressed, each once. */
  readonly #waiting = new Set<LogPaths>();
  /** The log that is being compressed. */
  #underWay: { readonly log: LogPaths; readonly done: Promise<void> } | undefined;

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Has the rotated files of `logs`, which share the limit of the total, tidied. */
  tidy(logs: readonly LogPaths[], retention: Retention): void {
    try {
      prune(logs, retention, Date.now());
    } catch (error) {
      this.#tell(error);
    }
    for (const log of logs) {
      if (this.#waiting.has(log)) continue;
      this.#waiting.add(log);
      this.#compressions.run(() => {
        this.#waiting.delete(log);
        const done = compressRotated(log);
        this.#underWay = { log, done };
        return done;
      }).catch((error) => this.#tell(error));
    }
  }

  /**
   * Awaits the end of the compression of `log` that is under way: until then one of its files takes
   * its space twice, and gives none back if it is removed.
   */
  async compressed(log: LogPaths): Promise<void> {
    if (this.#underWay?.log === log) await this.#underWay.done.catch(() => {});
  }

  #tell(error: unknown): void {
    // The directory was removed meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) this.#log(`logs: ${messageOf(error)}`);
  }
}
