import { delay } from "@std/async/delay";
import { STREAMS } from "../../logs/log_problems.ts";
import type { Context } from "../context.ts";
import { ALL_LINES } from "../../logs/lines/line_filter.ts";
import type { LogOptions } from "../logs/options.ts";
import { LogPrinter } from "../logs/printer.ts";
import { Source } from "../../logs/lines/source.ts";
import { EventTeller } from "./event_teller.ts";
import { wantsColor } from "../output/color.ts";

/**
 * Copies what processes write from now on: their standard output to standard output, their standard
 * error to standard error. What becomes of them it tells between, where it is asked to.
 */
export class LogRelay {
  readonly #context: Context;
  readonly #options: LogOptions;
  readonly #printer: LogPrinter;
  readonly #isLabelled: boolean;
  readonly #events: EventTeller;
  #sources: Source[] = [];

  /** @param raw Leave the names out, and the lines as they were written. */
  constructor(context: Context, raw: boolean) {
    // Only with two terminals: colours would end up in the file that one of the two is redirected
    // to.
    const color = context.color && wantsColor(Deno.stderr.isTerminal());
    this.#context = { ...context, color };
    this.#isLabelled = !raw;
    this.#options = {
      streams: STREAMS,
      follow: true,
      lines: 0,
      since: undefined,
      until: undefined,
      filter: ALL_LINES,
      highlight: [],
      raw,
      time: false,
      json: context.json,
      isPlain: !context.json,
    };
    this.#printer = new LogPrinter(this.#context, this.#options);
    this.#events = new EventTeller(context);
  }

  /** Takes note of where the logs of these processes end; call it before they are started. */
  async begin(names: readonly string[]): Promise<void> {
    this.#sources = await this.#open(names, 0);
  }

  /** Tells what becomes of these processes; call it before they are started. */
  tellEventsOf(names: readonly string[]): void {
    this.#events.begin(names);
  }

  /** Follows these processes and no others; one that was not there before, from its first line. */
  async follow(names: readonly string[]): Promise<void> {
    if (this.#isLabelled) this.#printer.label(names);
    this.#events.watch();
    const known = this.#sources.filter(({ name }) => names.includes(name));
    const isNew = (name: string) => !known.some((source) => source.name === name);
    this.#sources = [...known, ...await this.#open(names.filter(isNew), Infinity)];
    for (const source of this.#sources) {
      for await (const lines of source.history()) this.#print(source, lines);
    }
  }

  /** Prints what has been written since the last call. */
  async print(): Promise<void> {
    for (const source of this.#sources) {
      for await (const lines of source.news()) this.#print(source, lines);
    }
    this.#events.tell();
  }

  /**
   * Prints what has been written, and last lines without a line break; to be called when nothing
   * more will be written.
   */
  async end(): Promise<void> {
    await this.print();
    while (this.#sources.some(({ isHeldUp }) => isHeldUp)) {
      await delay(10);
      await this.print();
    }
    for (const source of this.#sources) this.#print(source, source.rest());
    this.#events.tell();
  }

  /** Ends what {@linkcode tellEventsOf} has begun. */
  close(): void {
    this.#events.close();
  }

  #print({ stream }: Source, lines: Parameters<LogPrinter["print"]>[0]): void {
    this.#printer.print(lines, stream === "err" ? Deno.stderr : Deno.stdout);
  }

  #open(names: readonly string[], lines: number): Promise<Source[]> {
    const options = { ...this.#options, lines };
    return Promise.all(
      names.flatMap((name) =>
        STREAMS.map((stream) => Source.open(this.#context.root, { name, stream }, options))
      ),
    );
  }
}
