/**
 * Counts the time in which a process says nothing, and tells when it is too long.
 */
export class Watchdog {
  readonly #expired: (time: number) => void;
  #time: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param time Milliseconds in which it must say something; 0: it need not.
   * @param expired Told when it has said nothing for so long.
   */
  constructor(time: number, expired: (time: number) => void) {
    this.#time = time;
    this.#expired = expired;
  }

  /** Begins to count, or counts anew; with another time, where one is given. */
  restart(time = this.#time): void {
    this.#time = time;
    this.stop();
    if (time > 0 && time <= MAX_TIME) this.#wait(performance.now() + time);
  }

  /** Counts no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(due: number): void {
    this.#timer = setTimeout(() => {
      // Where this machine or the supervisor stood still, what the process has said meanwhile is
      // not read yet, or it stood still too.
      if (performance.now() - due <= LATE) this.#expired(this.#time);
      // Until it is closed: what was to be done about it may have been refused.
      this.restart();
    }, due - performance.now());
  }
}

/** Milliseconds by which a timer may be late on a machine that is merely busy. */
const LATE = 1000;
/** The longest time of a timer, some 24 days: a longer one would be over at once. */
const MAX_TIME = 2 ** 31 - 1;
