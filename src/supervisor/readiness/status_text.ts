/** Milliseconds between two writes of what a process says of itself, however often it says it. */
const WRITE_EVERY = 1000;

/** Keeps what a process says of itself, and has it written at most once a second. */
export class StatusText {
  readonly #write: (text: string | undefined) => void;
  #text: string | undefined;
  #writtenAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param text What it said last.
   * @param write Writes what it says now; `undefined`: nothing any more.
   */
  constructor(text: string | undefined, write: (text: string | undefined) => void) {
    this.#text = text;
    this.#write = write;
  }

  /** Takes what it says now. */
  say(text: string | undefined): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writtenAt = performance.now();
      this.#write(this.#text);
    }, Math.max(0, this.#writtenAt + WRITE_EVERY - performance.now()));
  }

  /** Writes nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
