import type { Spec } from "../../meta/spec.ts";
import { Schedule } from "./schedule.ts";

/** What a process's timers call. */
export interface TimerActions {
  /** The pause before a restart is over. */
  retry(): void;
  /** A time of its `cron_restart` has come. */
  due(pattern: string): void;
  /** A time of its `schedule` has come. */
  runDue(): void;
}

/** The timers of one process: the pause before its next try, and its schedule. */
export class RestartTimers {
  readonly #actions: TimerActions;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #cronRestart: Schedule | undefined;
  #schedule: Schedule | undefined;

  constructor(actions: TimerActions) {
    this.#actions = actions;
  }

  /** Calls `retry` after `delay` milliseconds, instead of when it would have. */
  retryIn(delay: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#actions.retry(), delay);
  }

  /** Calls `retry` no more. */
  cancelRetry(): void {
    clearTimeout(this.#retry);
  }

  /** When its `schedule` comes next, in milliseconds since the epoch. */
  get nextRun(): number | undefined {
    return this.#schedule?.next;
  }

  /**
   * Calls `due` and `runDue` by the patterns of a spec from now on.
   *
   * @throws {Deno.errors.InvalidData} if one is none.
   */
  schedule({ cron_restart, schedule, timezone }: Spec): void {
    this.#endSchedules();
    if (cron_restart !== null) {
      const due = () => this.#actions.due(cron_restart);
      this.#cronRestart = new Schedule(cron_restart, { timezone }, due);
    }
    if (schedule !== null) {
      this.#schedule = new Schedule(schedule, { timezone }, () => this.#actions.runDue());
    }
  }

  /** Ends all timers. */
  close(): void {
    this.cancelRetry();
    this.#endSchedules();
  }

  #endSchedules(): void {
    this.#cronRestart?.close();
    this.#schedule?.close();
    this.#cronRestart = undefined;
    this.#schedule = undefined;
  }
}
