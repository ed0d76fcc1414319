import { type Line, LineSplitter } from "../../logs/line_splitter.ts";
import { lastLinesPosition, sincePosition } from "../../logs/log_positions.ts";
import type { Stream } from "../../logs/log_problems.ts";
import { LogReader, type Position } from "../../logs/log_reader.ts";
import { logPaths, processPaths, type RuntimeRoot } from "../../root.ts";
import { passes } from "./line_filter.ts";
import type { LogOptions } from "./options.ts";

/** A line of one of the logs that are shown. */
export interface SourceLine extends Line {
  readonly source: Source;
  readonly text: string;
}

const decoder = new TextDecoder();
const BEGINNING: Position = { after: "", offset: 0 };

/** One log that is shown. */
export class Source {
  readonly name: string;
  readonly stream: Stream;
  readonly reader: LogReader;
  readonly #options: LogOptions;
  readonly #splitter = new LineSplitter();

  private constructor(name: string, stream: Stream, reader: LogReader, options: LogOptions) {
    this.name = name;
    this.stream = stream;
    this.reader = reader;
    this.#options = options;
  }

  /** Opens the log where the options say its reading begins. */
  static async open(
    root: RuntimeRoot,
    { name, stream }: { readonly name: string; readonly stream: Stream },
    options: LogOptions,
  ): Promise<Source> {
    const log = logPaths(processPaths(root, name)[stream]);
    const { since, until, filter, lines } = options;
    const position = since !== undefined
      ? await sincePosition(log, since)
      : until !== undefined || filter.patterns.length > 0 || lines === Infinity
      ? BEGINNING
      : await lastLinesPosition(log, lines);
    return new Source(name, stream, new LogReader(log, position), options);
  }

  /** The lines to be shown of what is there, at most as many of the last as are wanted. */
  async *history(): AsyncGenerator<readonly SourceLine[]> {
    const { lines, follow } = this.#options;
    let last: SourceLine[] = [];
    for await (const batch of this.#read(!follow)) {
      if (lines === Infinity) {
        yield batch;
        continue;
      }
      last = last.length === 0 ? [...batch] : last.concat(batch);
      if (last.length > lines) last = lines === 0 ? [] : last.slice(-lines);
    }
    if (last.length > 0) yield last;
  }

  /** The lines to be shown of what came since the last time; they came just now. */
  async *news(): AsyncGenerator<readonly SourceLine[]> {
    for await (const batch of this.#read(false)) {
      const now = Date.now() / 1000;
      yield batch.map((line) => ({ ...line, after: now, by: now }));
    }
  }

  /** @param isLast Nothing follows: a last line without its end counts. */
  async *#read(isLast: boolean): AsyncGenerator<readonly SourceLine[]> {
    const { until } = this.#options;
    for await (const chunk of this.reader.read()) {
      const lines = this.#splitter.push(chunk);
      yield this.#wanted(lines);
      if (until !== undefined && (lines.at(-1)?.after ?? 0) >= until) return;
    }
    if (isLast) yield this.#wanted(this.#splitter.rest());
  }

  #wanted(lines: readonly Line[]): readonly SourceLine[] {
    const { since = 0, until = Infinity, filter } = this.#options;
    const wanted: SourceLine[] = [];
    for (const line of lines) {
      if (line.by < since || line.after >= until) continue;
      const text = decoder.decode(line.bytes);
      if (passes(filter, text)) wanted.push({ ...line, source: this, text });
    }
    return wanted;
  }
}
