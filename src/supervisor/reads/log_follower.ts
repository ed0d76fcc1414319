import type { EventStream } from "../../api/server/event_stream.ts";
import type { Source, SourceLine } from "../../logs/lines/source.ts";
import { logFingerprint } from "../../logs/log_fingerprint.ts";
import type { RuntimeRoot } from "../../root.ts";
import { logLine, newestLines, openLogs, type WantedLines } from "./log_lines.ts";

/** Milliseconds between two looks at the logs that are followed. */
const LOOK_EVERY = 100;
/** Lines that are sent at a look at most. */
const MAX_LINES = 2000;
/** The newest of the lines that are too many are sent all the same: how a burst ended can be seen. */
const MAX_NEWEST = 200;
/** Milliseconds after which a look at a log looks at no more lines, but for the first ones. */
const MAX_TIME = 15;
/** So many are looked at in any case: a machine that is busy is slow at everything. */
const MIN_LINES = 200;

/** Streams the lines of one log to one client, until that has gone. */
export class LogFollower {
  readonly #root: RuntimeRoot;
  readonly #name: string;
  readonly #wanted: WantedLines;
  readonly #stream: EventStream;
  #sources: readonly Source[] = [];
  #seen = "";
  /** Ends the wait for the next look. */
  #wake: () => void = () => {};
  /** Lines that were left out and not told of yet. */
  #skipped = 0;

  constructor(root: RuntimeRoot, name: string, wanted: WantedLines, stream: EventStream) {
    this.#root = root;
    this.#name = name;
    this.#wanted = wanted;
    this.#stream = stream;
    stream.closed.then(() => this.#wake());
  }

  /**
   * Sends what the log holds, then what comes.
   *
   * @param pause Called while the log is searched: awaited where it returns something.
   * @param inTurn Runs the search when it may.
   */
  async run(
    pause: () => Promise<void> | undefined,
    inTurn: (search: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    this.#sources = await openLogs(this.#root, this.#name, this.#wanted, true);
    try {
      this.#seen = logFingerprint(this.#root, this.#name);
      await inTurn(async () => {
        for (const line of await newestLines(this.#sources, this.#wanted, pause)) {
          if (!await this.#stream.hasRoom()) return;
          this.#stream.send({ event: "line", data: line });
        }
      });
      await this.#follow();
    } finally {
      for (const source of this.#sources) source[Symbol.dispose]();
    }
  }

  async #follow(): Promise<void> {
    while (!this.#stream.isClosed) {
      await this.#look();
      await this.#waitForNextLook();
    }
  }

  /** Not a race against the end of the stream: each would leave a reaction to it, for days. */
  async #waitForNextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_EVERY);
    this.#wake = resolve;
    if (this.#stream.isClosed) resolve();
    await promise;
    clearTimeout(timer);
  }

  async #look(): Promise<void> {
    const now = logFingerprint(this.#root, this.#name);
    if (now === this.#seen) return this.#tellSkipped();
    this.#seen = now;
    const begun = performance.now();
    let looked = 0;
    let sent = 0;
    let newest: SourceLine[] = [];
    for (const source of this.#sources) {
      for await (const lines of source.news()) {
        for (const line of lines) {
          const isLate = ++looked > MIN_LINES && performance.now() - begun > MAX_TIME;
          const isOver = sent >= MAX_LINES || isLate;
          // Room that comes meanwhile is not for a line behind those that are held back.
          if (isOver || this.#stream.isFull || newest.length > 0) newest.push(line);
          else if (this.#send(line)) sent++;
        }
        this.#skipped += Math.max(0, newest.length - MAX_NEWEST);
        newest = newest.slice(-MAX_NEWEST);
      }
      if (source.isHeldUp) this.#seen = "";
    }
    this.#tellSkipped();
    for (const line of newest) {
      if (this.#stream.isFull) this.#skipped++;
      else this.#send(line);
    }
  }

  #send(line: SourceLine): boolean {
    const told = logLine(line);
    const { matches } = this.#wanted;
    if (matches && !matches(told.line)) return false;
    // Told where they are missing: before the line behind them.
    this.#tellSkipped();
    this.#stream.send({ event: "line", data: told });
    return true;
  }

  /** Says how many lines are missing, as soon as there is room for it. */
  #tellSkipped(): void {
    if (this.#skipped === 0 || this.#stream.isFull) return;
    this.#stream.send({ event: "skipped", data: { lines: this.#skipped } });
    this.#skipped = 0;
  }
}
