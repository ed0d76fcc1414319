import { messageOf, withContext } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { isAwaited, statusOfRun } from "../../meta/readiness.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Status } from "../../meta/status.ts";
import type { Exit } from "../launch/launch.ts";
import type { RuntimeRoot } from "../../root.ts";
import { runHook } from "../launch/hooks.ts";
import type { Run } from "../launch/run.ts";
import type { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import type { RecordedState } from "./recorded_state.ts";
import { TreeTerminator, type TreeTerminatorHost } from "./tree_terminator.ts";

/** What {@linkcode RunEnder} is made of. */
export interface RunEnderOptions {
  readonly host: TreeTerminatorHost & { readonly root: RuntimeRoot };
  readonly state: RecordedState;
  readonly directory: ProcessDirectory;
  readonly triggers: RestartTriggers;
  readonly readiness: Pick<ReadinessMonitor, "endExtendedUntil">;
}

/**
 * Ends the runs of one process, and runs its `post_stop` hook behind them. An end that is refused
 * changes nothing; one that was begun and cannot be carried through is told to be unfinished.
 */
export class RunEnder {
  readonly #options: RunEnderOptions;
  readonly #terminator: TreeTerminator;
  #unfinished = false;
  /** Made when it is asked for: a thousand that are not take 600 KB. */
  #hurry: AbortController | undefined;

  constructor(options: RunEnderOptions) {
    this.#options = options;
    this.#terminator = new TreeTerminator(options.host, options.directory.logs);
  }

  /** Whether an end was begun and nobody knows what became of it: it has to be asked for again. */
  get isUnfinished(): boolean {
    return this.#unfinished;
  }

  /** Has the end that is under way, or else the next one, send SIGKILL at once. */
  hurry(): void {
    this.#hurryController.abort();
  }

  get #hurryController(): AbortController {
    return this.#hurry ??= new AbortController();
  }

  /**
   * Ends the run, or what is left of the last one, and all that belongs to it.
   *
   * @param before What was known of it before it was to be ended.
   * @throws why it cannot be ended. Where nothing has been signalled, its status and intent are
   * those of `before` again.
   */
  async end(before: Meta, spec: Spec, run: Run | undefined): Promise<Exit> {
    const { state, readiness } = this.#options;
    const isAgain = this.#unfinished || before.status === "stopping";
    let begun = false;
    this.#unfinished = false;
    let exit: Exit;
    try {
      exit = await this.#terminator.end(state.meta, spec, run, {
        hurry: this.#hurryController.signal,
        begun: () => begun = true,
        extendedUntil: () => readiness.endExtendedUntil,
      });
    } catch (error) {
      // What outlives SIGKILL is finished when its program ends.
      if (error instanceof Deno.errors.TimedOut) throw error;
      this.#unfinished = begun || isAgain;
      if (!begun) {
        const { intent, request } = before;
        state.note({ status: statusBefore(before, state.meta), intent, request });
      }
      throw begun ? withContext("told to end, but whether it has cannot be seen", error) : error;
    } finally {
      this.#hurry = undefined;
    }
    // What ended before had its hook then.
    if (state.meta.pid !== null) await this.afterStop(spec);
    return exit;
  }

  /** Ends one of two runs, while the other one goes on. */
  async endOne(spec: Spec, run: Run): Promise<void> {
    try {
      await this.#terminator.endOne(
        this.#options.state.meta,
        spec,
        run,
        this.#hurryController.signal,
      );
    } finally {
      this.#hurry = undefined;
    }
  }

  /**
   * Ends whatever there may be of a launch that a killed supervisor could not note, and of
   * runs before it.
   */
  async clear(spec: Spec): Promise<void> {
    await this.#terminator.end(this.#options.state.meta, spec, undefined);
  }

  /** As {@linkcode TreeTerminator.sweep} does. */
  sweep(before: Meta, spec: Spec, run: Run | undefined): Promise<void> {
    return this.#terminator.sweep(before, spec, run);
  }

  /** Runs its `post_stop` hook; one that fails holds up nothing. */
  async afterStop(spec: Spec): Promise<void> {
    if (spec.hooks?.post_stop === undefined) return;
    const { host, state: { meta }, triggers } = this.#options;
    try {
      await runHook(host, { meta, spec }, "post_stop");
    } catch (error) {
      host.log(`${meta.name}: ${messageOf(error)}`);
    }
    // What the hook has changed is no reason to restart it.
    triggers.forgetChanges();
  }
}

/** The status it had before; meanwhile it may have become ready. */
function statusBefore(before: Meta, now: Meta): Status {
  return isAwaited(before) ? statusOfRun(now.readiness) : before.status;
}
