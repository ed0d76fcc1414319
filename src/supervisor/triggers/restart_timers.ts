import { scheduleCron } from "./cron_restart.ts";

/** What a process's timers call. */
export interface TimerActions {
  /** The pause before a restart is over. */
  retry(): void;
  /** A time of its cron pattern has come. */
  due(pattern: string): void;
}

/** The timers of one process: the pause before its next try, and its schedule. */
export class RestartTimers {
  readonly #actions: TimerActions;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #endSchedule: (() => void) | undefined;

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

  /**
   * Calls `due` by a cron pattern, or never more.
   *
   * @throws {Deno.errors.InvalidData} if the pattern is none.
   */
  schedule(pattern: string | null): void {
    this.#endSchedule?.();
    this.#endSchedule = pattern === null
      ? undefined
      : scheduleCron(pattern, () => this.#actions.due(pattern));
  }

  /** Ends all timers. */
  close(): void {
    this.cancelRetry();
    this.#endSchedule?.();
  }
}
