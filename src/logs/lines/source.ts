import { type Line, LineSplitter } from "../line_splitter.ts";
import { endPosition, lastLinesPosition, sincePosition } from "../log_positions.ts";
import type { Stream } from "../log_problems.ts";
import { LogReader, type Position } from "../log_reader.ts";
import { type LogPaths, logPaths, processPaths, type RuntimeRoot } from "../../root.ts";
import { isFiltering, type LineFilter, lineSieve } from "./line_filter.ts";

/** What of a log is read. */
export interface SourceOptions {
  /** Whether what comes later is asked for too. */
  readonly follow: boolean;
  /** Maximum of lines of what is in the log already. */
  readonly lines: number;
  /** Epoch seconds. */
  readonly since: number | undefined;
  /** Epoch seconds. */
  readonly until: number | undefined;
  readonly filter: LineFilter;
  /** The bytes as they were written. */
  readonly raw: boolean;
  /** No line has to be looked at by itself: they come in blocks, which is much faster. */
  readonly isPlain: boolean;
}

/** A line of one of the logs that are shown, or, where that makes no difference, several. */
export interface SourceLine {
  readonly source: Source;
  readonly line: Line;
  readonly text: string;
  /** When it had come, epoch seconds. */
  readonly by: number;
}

const decoder = new TextDecoder();
const BEGINNING: Position = { after: "", offset: 0 };

/** One log that is shown. */
export class Source {
  readonly name: string;
  readonly stream: Stream;
  readonly #log: LogPaths;
  readonly #reader: LogReader;
  readonly #options: SourceOptions;
  readonly #splitter = new LineSplitter();
  readonly #passes: (line: string) => boolean;

  private constructor(
    { name, stream }: { readonly name: string; readonly stream: Stream },
    log: LogPaths,
    start: Position,
    options: SourceOptions,
  ) {
    this.name = name;
    this.stream = stream;
    this.#log = log;
    this.#reader = new LogReader(log, start);
    this.#options = options;
    this.#passes = lineSieve(options.filter);
  }

  /** Opens the log where the options say its reading begins. */
  static async open(
    root: RuntimeRoot,
    which: { readonly name: string; readonly stream: Stream },
    options: SourceOptions,
  ): Promise<Source> {
    const log = logPaths(processPaths(root, which.name)[which.stream]);
    const { since, until, filter, lines } = options;
    const position = since !== undefined
      ? await sincePosition(log, since)
      : until !== undefined || isFiltering(filter) || lines === Infinity
      ? BEGINNING
      : await lastLinesPosition(log, lines);
    return new Source(which, log, position, options);
  }

  /** The last lines that the log has now, as many as the options want. */
  async *history(): AsyncGenerator<readonly SourceLine[]> {
    const { follow, isPlain, lines, since, until } = this.#options;
    // The position to begin at is exact then: no line needs to be counted or compared with a time.
    const isExact = lines === Infinity || (since === undefined && until === undefined);
    const inBlocks = isPlain && isExact;
    const maximum = inBlocks ? Infinity : lines;
    // The end is fixed now: reading a log that is written faster than it is read would never end.
    const end = await endPosition(this.#log);
    let last: SourceLine[] = [];
    for await (const batch of this.#read({ end, inBlocks })) {
      if (maximum === Infinity) {
        yield batch;
        continue;
      }
      last = last.length === 0 ? [...batch] : last.concat(batch);
      if (last.length > maximum) last = maximum === 0 ? [] : last.slice(-maximum);
    }
    if (last.length > 0) yield last;
    if (!follow) yield this.rest();
  }

  /** The lines to be shown that were written since the last call; their time is now. */
  news(): AsyncGenerator<readonly SourceLine[]> {
    return this.#read({ inBlocks: this.#options.isPlain, areNew: true });
  }

  /**
   * Whether the last {@linkcode news} stopped at a rotation under way: the rest can be read when
   * that is over.
   */
  get isHeldUp(): boolean {
    return this.#reader.isHeldUp;
  }

  /**
   * The last line, if no line break has ended it; to be asked for when nothing more will be
   * written.
   */
  rest(): readonly SourceLine[] {
    return this.#wanted(this.#splitter.rest());
  }

  /** Closes the file it reads. */
  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  async *#read(
    { end, inBlocks, areNew }: { end?: Position; inBlocks: boolean; areNew?: boolean },
  ): AsyncGenerator<readonly SourceLine[]> {
    const { until } = this.#options;
    const sieve = this.#sieve();
    for await (const chunk of this.#reader.read(end, !areNew)) {
      const lines = inBlocks || sieve
        ? this.#splitter.pushBlocks(chunk)
        : this.#splitter.push(chunk);
      const now = areNew ? Date.now() / 1000 : undefined;
      yield sieve ? this.#matching(sieve, lines, now) : this.#wanted(lines, now);
      if (until !== undefined && (lines.at(-1)?.after ?? 0) >= until) return;
    }
  }

  /**
   * Patterns for a whole block of lines: they tell whether any line of it can match, which is much
   * faster than testing each line. `undefined` where a pattern may look at neighbouring lines
   * (lookaround).
   */
  #sieve(): readonly RegExp[] | undefined {
    const { raw, filter: { patterns, isInverted, level } } = this.#options;
    const looksAround = patterns.some(({ source }) => source.includes("(?"));
    if (raw || isInverted || looksAround || patterns.length === 0) return undefined;
    // A line without a level has that of the line before it, whether that one matches or not.
    if (level !== undefined) return undefined;
    return patterns.map(({ source, flags }) => new RegExp(source, `${flags}m`));
  }

  #matching(sieve: readonly RegExp[], blocks: readonly Line[], now?: number): SourceLine[] {
    const { since = 0, until = Infinity } = this.#options;
    const wanted: SourceLine[] = [];
    for (const line of blocks) {
      if (now === undefined && (line.by < since || line.after >= until)) continue;
      const block = decoder.decode(line.bytes);
      if (!sieve.some((pattern) => pattern.test(block))) continue;
      for (const text of block.split("\n")) {
        if (this.#passes(text)) wanted.push({ source: this, line, text, by: now ?? line.by });
      }
    }
    return wanted;
  }

  #wanted(lines: readonly Line[], now?: number): readonly SourceLine[] {
    const { since = 0, until = Infinity, filter } = this.#options;
    const wanted: SourceLine[] = [];
    for (const line of lines) {
      if (now === undefined && (line.by < since || line.after >= until)) continue;
      const shown = this.#line(line, now ?? line.by);
      if (!isFiltering(filter) || this.#passes(shown.text)) wanted.push(shown);
    }
    return wanted;
  }

  /** Its text is decoded only when it is needed: most lines are printed as their bytes are. */
  #line(line: Line, by: number): SourceLine {
    let text: string | undefined;
    return {
      source: this,
      line,
      by,
      get text() {
        return text ??= decoder.decode(line.bytes);
      },
    };
  }
}
