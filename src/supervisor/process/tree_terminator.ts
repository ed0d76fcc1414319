import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Exit } from "../launch/launch.ts";
import type { ProcessEntry } from "../../process/process_table.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import { findFamily, type ProcessFamily, terminate } from "../../process/terminate.ts";
import { type Run, UNSEEN_EXIT } from "../launch/run.ts";

/** What ending processes takes to know of their supervisor. */
export interface TreeTerminatorHost {
  /** The absolute path of the root. */
  readonly rootPath: string;
  /** Pids never to be taken for a process's own. */
  readonly excluded: ReadonlySet<number>;
  log(text: string): void;
}

/** Ends the runs of one process, each with all that belongs to it. */
export class TreeTerminator {
  readonly #host: TreeTerminatorHost;
  /** The paths of its logs. */
  readonly #logs: readonly string[];
  /** The ending of what dead runs left behind, while it lasts. */
  #sweeping: Promise<void> = Promise.resolve();

  constructor(host: TreeTerminatorHost, logs: readonly string[]) {
    this.#host = host;
    this.#logs = logs;
  }

  /**
   * Ends `run`, or what is left of the last one, by the signal and within the time
   * of `spec`.
   *
   * @param options.hurry Aborted where the time of `spec` is not to be waited for.
   * @param options.extendedUntil Until when the run asks not to be killed, by `performance.now()`.
   * @param options.begun Told before the first signal: until then nothing has happened.
   * @returns how it ended, when the last member of its tree is gone.
   */
  async end(
    meta: Meta,
    spec: Spec,
    run: Run | undefined,
    { hurry, begun, extendedUntil }: {
      readonly hurry?: AbortSignal;
      readonly begun?: () => void;
      readonly extendedUntil?: () => number;
    } = {},
  ): Promise<Exit> {
    await this.#sweeping;
    await terminate(this.#family(meta, spec, run), {
      signal: spec.stop_signal as Deno.Signal,
      killTimeout: spec.kill_timeout,
      excluded: this.#host.excluded,
      ...run ? { exited: run.exited } : {},
      ...hurry ? { hurry } : {},
      ...begun ? { begun } : {},
      ...extendedUntil ? { extendedUntil } : {},
      strays: true,
    });
    if (!run) return UNSEEN_EXIT;
    // The process table said so first; the exit code is only a moment away. On a busy machine
    // a single wait may be over before anything else had its turn.
    for (let waits = 0; waits < 10; waits++) {
      const exit = await settlesWithin(run.exited, 10);
      if (exit) return exit;
    }
    return UNSEEN_EXIT;
  }

  /**
   * Begins to end what earlier runs left behind: beside, not before, the next one. A
   * later {@linkcode end} waits for it.
   *
   * @param meta As it was before the run that goes on, if there is one.
   * @param present The run that goes on: it and what it starts are left alone.
   * @returns when it is known what that is: what is launched now is not part of it.
   */
  async sweep(meta: Meta, spec: Spec, present?: Run): Promise<void> {
    // A crash is answered at once and may come every second: what only a look at the files of all
    // processes finds is left to the next end.
    const family = { ...this.#family(meta, spec), logs: [] };
    let found: ProcessEntry[];
    try {
      found = await findFamily(family, this.#host.excluded, present);
    } catch (error) {
      // The system makes no more processes: what is left is ended with the next run.
      this.#host.log(`${meta.name}: ${messageOf(error)}`);
      return;
    }
    const known = found.filter(({ session, start }) =>
      present === undefined || (session !== present.pid && start < present.start)
    );
    if (known.length === 0) return;
    const sweep = terminate({ ...family, leader: null, known }, {
      signal: spec.stop_signal as Deno.Signal,
      killTimeout: spec.kill_timeout,
      excluded: this.#host.excluded,
      strays: false,
    }).catch((error) => this.#host.log(`${meta.name}: ${messageOf(error)}`));
    this.#sweeping = Promise.all([this.#sweeping, sweep]).then(() => {});
  }

  /** Ends one of two runs: its session and what it has started, and nothing of the other one. */
  async endOne(meta: Meta, spec: Spec, run: Run, hurry: AbortSignal): Promise<void> {
    await terminate(this.#family(meta, spec, run), {
      signal: spec.stop_signal as Deno.Signal,
      killTimeout: spec.kill_timeout,
      excluded: this.#host.excluded,
      exited: run.exited,
      hurry,
      strays: false,
    });
  }

  #family({ name, pid, pid_start }: Meta, { user }: Spec, run?: Run): ProcessFamily {
    const noted = pid !== null && pid_start !== null ? { pid, start: pid_start } : null;
    return { leader: run ?? noted, name, root: this.#host.rootPath, user, logs: this.#logs };
  }
}
