import { nextRun } from "../../schedule/next_run.ts";

/** Milliseconds between two looks at the clock, which somebody may have set meanwhile. */
const LOOK_EVERY = 10_000;
/** Milliseconds by which a clock may be set back without what was done being done again. */
const SMALL_STEP = 30_000;

/** What a {@linkcode Schedule} goes by. */
export interface ScheduleOptions {
  /** An IANA name; `null`: the time zone of the supervisor. */
  readonly timezone: string | null;
  /** Milliseconds after which it is noticed that the clock was set. */
  readonly lookEvery?: number;
}

/**
 * Calls an action whenever a cron pattern comes. Where the clock is set back by an hour it goes by
 * the new time: it does not wait for the old one to come again.
 */
export class Schedule {
  readonly #pattern: string;
  readonly #options: Required<ScheduleOptions>;
  readonly #action: () => void;
  /** The time that came last, and when that was by `performance.now()`. */
  #last = { due: -Infinity, at: -Infinity };
  #due: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Begins to call `action`.
   *
   * @throws {Deno.errors.InvalidData} if the pattern or the time zone is none.
   */
  constructor(pattern: string, options: ScheduleOptions, action: () => void) {
    this.#pattern = pattern;
    this.#options = { lookEvery: LOOK_EVERY, ...options };
    this.#action = action;
    this.#due = this.#nextAfter(Date.now());
    this.#wait();
  }

  /** When it comes next, in milliseconds since the epoch; `undefined`: never again. */
  get next(): number | undefined {
    return this.#due;
  }

  /** Calls it no more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#due = undefined;
  }

  #nextAfter(now: number): number | undefined {
    // A clock that is corrected by a second would come to the same time twice.
    const isJustDone = performance.now() - this.#last.at < SMALL_STEP &&
      this.#last.due - now < SMALL_STEP;
    const from = isJustDone ? Math.max(now, this.#last.due) : now;
    return nextRun(this.#pattern, from, this.#options.timezone);
  }

  #wait(): void {
    if (this.#due === undefined) return;
    const wait = Math.min(this.#options.lookEvery, Math.max(0, this.#due - Date.now()));
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  #look(): void {
    const now = Date.now();
    const due = this.#due;
    const hasCome = due !== undefined && now >= due;
    if (hasCome) this.#last = { due, at: performance.now() };
    this.#due = this.#nextAfter(now);
    this.#wait();
    if (hasCome) this.#action();
  }
}
