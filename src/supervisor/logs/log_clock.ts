/** Milliseconds between two looks at logs that have grown lately. */
const PERIOD = 50;
/** Milliseconds between two looks at all logs. */
const PERIOD_OF_ALL = 200;
/**
 * Milliseconds after which the clock stops where no log has grown: to wake up costs 0.15 ms of CPU
 * time, which a supervisor at rest pays for nothing. The looks of the supervisor's tick remain.
 */
const AT_REST_AFTER = 30_000;
/**
 * The looks may take this share of a core, beside nearly as much for waking up: where there are very
 * many logs they are fewer.
 */
const SHARE = 0.003;
/** From so many looks it is told what one takes. */
const REMEMBERED = 8;

/**
 * Looks at logs, those that have grown lately or all.
 *
 * @returns how many have grown lately.
 */
export type Look = (which: "growing" | "all") => number;

/**
 * Has the logs looked at as often as is worth it, which is not at all where none has grown for a
 * while: whoever sees one grow then wakes it. A clock, not a watch (`Deno.watchFs`): Deno 2.7
 * has one watcher for the whole program, which never gives a directory up again once it was
 * watched, and takes two `realpath` for each event: a program that writes 100,000 lines a second
 * would keep it busy with a whole core.
 */
export class LogClock {
  readonly #look: Look;
  /** `undefined` while it rests, and before it is started. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #lookedAtAll = 0;
  /** When a log was seen last that grows, by `performance.now()`. */
  #sawGrowth = performance.now();
  /** Milliseconds that each of the last looks has taken. */
  #took: readonly number[] = [];

  constructor(look: Look) {
    this.#look = look;
  }

  start(): void {
    this.#isStarted = true;
    this.wake();
  }

  /** Begins to look again where it rests: a log has grown, or is about to. */
  wake(): void {
    this.#sawGrowth = performance.now();
    if (this.#isStarted) this.#timer ??= setTimeout(() => this.#run(), PERIOD);
  }

  stop(): void {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    const begun = performance.now();
    const isTimeForAll = begun - this.#lookedAtAll >= PERIOD_OF_ALL;
    if (isTimeForAll) this.#lookedAtAll = begun;
    const growing = this.#look(isTimeForAll ? "all" : "growing");
    // On a busy machine a look is held up now and then: the shortest says what it costs.
    this.#took = [...this.#took, performance.now() - begun].slice(-REMEMBERED);
    const pause = Math.min(...this.#took) / SHARE;
    if (growing > 0) this.#sawGrowth = begun;
    this.#timer = undefined;
    if (begun - this.#sawGrowth > AT_REST_AFTER) return;
    const period = growing > 0 ? PERIOD : PERIOD_OF_ALL;
    this.#timer = setTimeout(() => this.#run(), Math.max(period, pause));
  }
}
