/** Milliseconds: a shell that passes on what the terminal sends to both makes two of one Ctrl-C. */
const ONE_KEYSTROKE = 250;

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** What signals have `tsm run` do. */
export interface StopActions {
  /** At the first signal, or as soon as there is something to stop. */
  stop(signal: Deno.Signal): void;
  /** At each further signal. */
  kill(signal: Deno.Signal): void;
}

/** The signals that ask `tsm run` to end: the first one stops what it started, a second kills it. */
export class StopSignals {
  readonly #actions: StopActions;
  #first: Deno.Signal | undefined;
  #firstAt = 0;
  #isRepeated = false;
  #mayStop = false;

  /** Receives them from now on, and until the program ends. */
  constructor(actions: StopActions) {
    this.#actions = actions;
    for (const signal of SIGNALS) Deno.addSignalListener(signal, () => this.#received(signal));
  }

  /** The one that came first, if any came. */
  get first(): Deno.Signal | undefined {
    return this.#first;
  }

  /** Whether another one came. */
  get isRepeated(): boolean {
    return this.#isRepeated;
  }

  /** What there is to stop has been started: a signal that has come already stops it now. */
  beginToStop(): void {
    this.#mayStop = true;
    if (this.#first) this.#actions.stop(this.#first);
  }

  #received(signal: Deno.Signal): void {
    if (this.#first) {
      if (performance.now() - this.#firstAt < ONE_KEYSTROKE) return;
      this.#isRepeated = true;
      this.#actions.kill(signal);
    } else {
      this.#first = signal;
      this.#firstAt = performance.now();
      if (this.#mayStop) this.#actions.stop(signal);
    }
  }
}
