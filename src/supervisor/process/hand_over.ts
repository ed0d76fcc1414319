import type { DetailedEvent } from "../../db/record_events.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Run } from "../launch/run.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import type { RecordedState } from "./recorded_state.ts";
import type { RunEnder } from "./run_ender.ts";

/** What {@linkcode HandOver} is made of. */
export interface HandOverOptions {
  readonly host: { recordAll(events: readonly DetailedEvent[], name: string): void };
  readonly state: RecordedState;
  readonly directory: Pick<ProcessDirectory, "notePid">;
  readonly ender: Pick<RunEnder, "endOne">;
  /** Told that the present run goes on, as there is no next one. */
  readonly goesOn: (present: Run) => void;
}

/**
 * The next run of a process is launched beside the present one, to take over from it. A supervisor
 * that is killed meanwhile leaves two: the next supervisor adopts that of which `meta.json` tells,
 * the newer one as soon as it is launched, and ends what is older.
 */
export class HandOver {
  readonly #options: HandOverOptions;
  readonly #stopped = Promise.withResolvers<never>();
  /** The run that goes on until the next one is ready. */
  readonly present: Run;

  constructor(options: HandOverOptions, present: Run) {
    this.#options = options;
    this.present = present;
    // Caught here too: a stop may come while nobody waits for it yet, before the next run is there.
    this.#stopped.promise.catch(() => {});
  }

  /** Ends the wait for the next run: both runs are to end. */
  abort(): void {
    this.#stopped.reject(new Deno.errors.Interrupted("it was stopped meanwhile"));
  }

  /**
   * Launches the next run, and waits until it is ready. The present one is left to the caller.
   *
   * @param before What was known of the process before: it is so again after a failure.
   * @param launch Launches the next run.
   * @param ready Waits until the next run is ready.
   * @throws why there is no next run, or why it does not become ready; it is ended then.
   */
  async nextRun(
    { before, spec }: { readonly before: Meta; readonly spec: Spec },
    launch: () => Promise<Run>,
    ready: (next: Run) => Promise<void>,
  ): Promise<Run> {
    const { host, state, directory, ender, goesOn } = this.#options;
    const { present } = this;
    let next: Run | undefined;
    try {
      next = await launch();
      await Promise.race([ready(next), this.#stopped.promise]);
      return next;
    } catch (error) {
      if (next) {
        await ender.endOne(spec, next);
        const [reason = ""] = messageOf(error).split("\n");
        host.recordAll([
          { event: "crash", detail: { pid: next.pid, reason } },
          { event: "adopt", detail: { pid: present.pid, reason: "it goes on" } },
        ], state.meta.name);
      }
      directory.notePid(present.pid);
      state.restore(before);
      goesOn(present);
      throw error;
    }
  }
}
