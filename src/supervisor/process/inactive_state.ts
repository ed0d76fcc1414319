import { unhandled } from "../../errors.ts";
import type { EventDetail } from "../../db/record_events.ts";
import type { EventName } from "../../event_table.ts";
import type { Spec } from "../../meta/spec.ts";
import type { EndedStatus } from "../../meta/status.ts";
import { lastRun, UNSEEN_EXIT } from "../launch/run.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import type { EndedRun } from "./ended_run.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { type MetaChange, NOT_RUNNING, type RecordedState } from "./recorded_state.ts";
import { backoffAfter, decide, type Decision, MAX_BACKOFF } from "./restart_policy.ts";

/** What {@linkcode InactiveState} is made of. */
export interface InactiveStateOptions {
  readonly host: { record(event: EventName, name: string, detail: EventDetail): void };
  readonly state: RecordedState;
  readonly directory: Pick<ProcessDirectory, "forgetPid">;
  readonly triggers: Pick<RestartTriggers, "nextRun" | "retryIn" | "cancelRetry">;
}

/** What is to be launched now: nothing, the process once more, or the process as if new. */
export type NextLaunch = "none" | "again" | "anew";

/**
 * The states of a process of which no run lives: it has ended for good, waits for its next try, or
 * waits for its schedule. It knows the present back-off and notes each state in `meta.json`; it
 * launches nothing.
 */
export class InactiveState {
  readonly #options: InactiveStateOptions;
  /** Milliseconds. */
  #lastBackoff: number;
  /** Whether its schedule came while it ran, and it is to run again for that. */
  #isRunQueued = false;

  /** @param spec What its back-off is computed from where an earlier supervisor has begun it. */
  constructor(options: InactiveStateOptions, spec: Spec) {
    this.#options = options;
    this.#lastBackoff = backoffAfter(spec, options.state.meta.unstable_restarts);
  }

  /** Forgets all that was to come: it is started as if it had never run. */
  forgetPlans(): void {
    this.#options.triggers.cancelRetry();
    this.#isRunQueued = false;
    this.#lastBackoff = 0;
  }

  /** Has the next back-off begin anew. */
  resetBackoff(): void {
    this.#lastBackoff = 0;
  }

  /** Has it run once more as soon as its present run has ended. */
  queueRun(): void {
    this.#isRunQueued = true;
  }

  /** What its restart policy says about a run that has ended. */
  decide(spec: Spec, { exit, uptime }: Pick<EndedRun, "exit" | "uptime">): Decision {
    const { unstable_restarts: unstable } = this.#options.state.meta;
    return decide(spec, { exit, uptime, unstable, lastBackoff: this.#lastBackoff });
  }

  /**
   * Does what was decided, apart from a launch.
   *
   * @param ended What is known of the end of its last run.
   * @returns what the caller has to launch.
   */
  follow(decision: Decision, ended: MetaChange): NextLaunch {
    const { state } = this.#options;
    switch (decision.kind) {
      case "stop":
        this.markEnded("stopped", { ...ended, stopped_by: decision.by });
        return "none";
      case "schedule":
        if (this.#isRunQueued) return "anew";
        this.awaitSchedule(ended);
        return "none";
      case "give-up": {
        const { unstable } = decision;
        const reason = `${ended.reason}; ${unstable} unstable restarts in a row`;
        this.giveUp(reason, { ...ended, unstable_restarts: unstable, stopped_by: "policy" });
        return "none";
      }
      case "restart": {
        const { delay, unstable } = decision;
        const counters = { restarts: state.meta.restarts + 1, unstable_restarts: unstable };
        this.#lastBackoff = delay;
        if (delay > 0) {
          this.#wait(delay, { ...ended, ...counters });
          return "none";
        }
        state.set({ ...ended, ...counters });
        return "again";
      }
      default:
        return unhandled(decision);
    }
  }

  /**
   * Notes that it is a job at rest, until its schedule says that it runs.
   *
   * @param ended What is known of its last run.
   */
  awaitSchedule(ended: MetaChange = {}): void {
    const { state, directory, triggers } = this.#options;
    const next = triggers.nextRun;
    if (next === undefined) {
      const over = "its schedule never comes again";
      const reason = ended.reason === undefined ? over : `${ended.reason}; ${over}`;
      return this.markEnded("stopped", { stopped_by: "completion", ...ended, reason });
    }
    triggers.cancelRetry();
    const retry_at = Math.ceil(next / 1000);
    state.note({ ...ended, ...NOT_RUNNING, status: "scheduled", retry_at });
    directory.forgetPid();
  }

  /**
   * Notes that it does not run and will not by itself.
   *
   * @param ended What is known of its end: how it ended, why, and who stopped it.
   */
  markEnded(status: EndedStatus, ended: MetaChange = {}): void {
    const { state, directory, triggers } = this.#options;
    triggers.cancelRetry();
    this.#isRunQueued = false;
    state.note({ ...ended, ...NOT_RUNNING, status, intent: state.lastingIntent });
    directory.forgetPid();
  }

  /** Notes why it could not be launched: a job is tried again when its schedule comes next. */
  endUnlaunched(spec: Spec, reason: string): void {
    if (spec.schedule !== null) this.#missRun(spec, reason);
    else this.markEnded("stopped", { reason, stopped_by: "failure" });
  }

  /** Notes that a job could not run, as a failed run: a report tells of it, too. */
  #missRun(spec: Spec, reason: string): void {
    const { host, state } = this.#options;
    host.record("crash", state.meta.name, { pid: null, reason });
    this.awaitSchedule({ reason, ...lastRun(spec, UNSEEN_EXIT, Infinity) });
  }

  /** Notes why it is not started any more, though it was to be. */
  giveUp(reason: string, ended: MetaChange = {}): void {
    const { host, state } = this.#options;
    host.record("errored", state.meta.name, { reason });
    this.markEnded("errored", { stopped_by: "failure", ...ended, reason });
  }

  /** Waits for what keeps it from being launched to pass, longer each time. */
  retryLater(reason: string): void {
    this.#lastBackoff = Math.min(Math.max(1000, this.#lastBackoff * 1.5), MAX_BACKOFF);
    this.#wait(this.#lastBackoff, { reason });
  }

  /** @param delay Milliseconds until it is tried again. */
  #wait(delay: number, ended: MetaChange): void {
    const { state, directory, triggers } = this.#options;
    state.note({
      ...ended,
      ...NOT_RUNNING,
      status: "waiting",
      retry_at: Math.ceil((Date.now() + delay) / 1000),
    });
    directory.forgetPid();
    triggers.retryIn(delay);
  }
}
