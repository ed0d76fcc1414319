import { logFingerprint } from "../../logs/log_fingerprint.ts";
import { type Stream, STREAMS } from "../../logs/log_problems.ts";
import type { RuntimeRoot } from "../../root.ts";
import { mergeByTime } from "../../logs/lines/merge.ts";
import {
  ALL_LINES,
  isFiltering,
  type LineFilter,
  lineSieve,
} from "../../logs/lines/line_filter.ts";
import type { LogOptions } from "../logs/options.ts";
import { Source, type SourceLine } from "../../logs/lines/source.ts";
import type { LogLine } from "./state.ts";

/** How many lines are kept. */
const MAX_LINES = 500;
/**
 * Among how many lines at the end of a log those that pass a filter are looked for: without a
 * limit, the screen would wait for all that is kept of the log whenever a process is selected.
 */
const MAX_SEARCHED = 50_000;

const OPTIONS: LogOptions = {
  streams: STREAMS,
  follow: true,
  lines: MAX_LINES,
  since: undefined,
  until: undefined,
  filter: ALL_LINES,
  highlight: [],
  raw: false,
  time: false,
  json: false,
  // Lines one by one, not in blocks: each gets a row of the screen.
  isPlain: false,
};

/** The end of the log of one process, standard output and error in one, as it grows. */
export class FollowedLog implements Disposable {
  readonly name: string;
  readonly #root: RuntimeRoot;
  readonly #sources: readonly Source[];
  /** What passes the filter: one for each stream, as a sieve remembers the line before. */
  readonly #passes: Readonly<Record<Stream, (line: string) => boolean>>;
  #lines: readonly LogLine[] = [];
  #seen = "";
  #isClosed = false;
  #count = 0;

  private constructor(
    root: RuntimeRoot,
    name: string,
    sources: readonly Source[],
    filter: LineFilter,
  ) {
    this.#root = root;
    this.name = name;
    this.#sources = sources;
    this.#passes = { out: lineSieve(filter), err: lineSieve(filter) };
  }

  /**
   * Reads the last lines of the process `name`.
   *
   * @param filter Which of them.
   */
  static async open(
    root: RuntimeRoot,
    name: string,
    filter: LineFilter = ALL_LINES,
  ): Promise<FollowedLog> {
    const options = isFiltering(filter) ? { ...OPTIONS, lines: MAX_SEARCHED } : OPTIONS;
    const sources = await Promise.all(
      STREAMS.map((stream) => Source.open(root, { name, stream }, options)),
    );
    const log = new FollowedLog(root, name, sources, filter);
    log.#seen = logFingerprint(root, name);
    for await (const lines of mergeByTime(sources.map((source) => source.history()))) {
      log.#add(lines);
    }
    return log;
  }

  /** The last lines, oldest first. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** How many lines there have been so far, those that are no longer kept included. */
  get count(): number {
    return this.#count;
  }

  /**
   * Reads what has come since the last time.
   *
   * @returns whether anything has.
   */
  async read(): Promise<boolean> {
    const now = logFingerprint(this.#root, this.name);
    if (now === this.#seen) return false;
    this.#seen = now;
    for (const source of this.#sources) {
      for await (const lines of source.news()) this.#add(lines);
      if (source.isHeldUp) this.#seen = "";
    }
    // It was closed while it read: the read may have opened a file after that.
    if (this.#isClosed) this[Symbol.dispose]();
    return true;
  }

  /** Closes the files it reads. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const source of this.#sources) source[Symbol.dispose]();
  }

  #add(lines: readonly SourceLine[]): void {
    // Decoded now: the bytes may lie in a buffer that the next read overwrites.
    const added = lines
      .map(({ source: { stream }, text }): LogLine => ({ stream, text }))
      .filter(({ stream, text }) => this.#passes[stream](text));
    this.#count += added.length;
    this.#lines = [...this.#lines, ...added.slice(-MAX_LINES)].slice(-MAX_LINES);
  }
}
