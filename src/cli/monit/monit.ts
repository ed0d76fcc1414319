import { stopMessage } from "../../api/messages/stop.ts";
import type { Message } from "../../api/message.ts";
import { messageOf } from "../../errors.ts";
import { type Meta, readMeta } from "../../meta/metadata.ts";
import { exactly } from "../../meta/select.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import type { LineFilter } from "../../logs/lines/line_filter.ts";
import { describeProcess } from "../../views/describe_process.ts";
import { descriptionLines } from "../describe/description_lines.ts";
import { oneLine } from "../../printable.ts";
import type { Key } from "./decode_keys.ts";
import { FollowedLog } from "./followed_log.ts";
import { frame } from "./frame.ts";
import { readHost } from "./host.ts";
import { bindingOf, type Controls, helpLines, type Outcome } from "./key_table.ts";
import { renderLine } from "./line.ts";
import { logLines } from "./log_lines.ts";
import { ProcessSampler } from "./process_sampler.ts";
import { Screen } from "./screen.ts";
import {
  change,
  initialState,
  type MonitState,
  moveSelection,
  selectedRow,
  type SortKey,
  type View,
} from "./state.ts";
import { Terminal } from "./terminal.ts";

/** Milliseconds between two looks at the files. */
const LOOK_EVERY = 1000;
/** Milliseconds between two requests for CPU and memory. */
const SAMPLE_EVERY = 2000;
/** Milliseconds between two looks at the log. */
const READ_LOG_EVERY = 300;
/** Milliseconds within which changes are drawn together. */
const DRAW_WITHIN = 15;
/**
 * Milliseconds a process is selected before its log is opened: moving through the list opens no
 * log.
 */
const SETTLE = 100;
/** Milliseconds a notice stays. */
const NOTICE_FOR = 6000;

/** The live view: what is known, what the user does, and the screen that shows it. */
export class Monit implements Controls {
  readonly #context: Context;
  readonly #lineFilter: LineFilter;
  readonly #terminal: Terminal;
  readonly #sampler: ProcessSampler;
  readonly #screen = new Screen(Deno.stdout);
  readonly #ended = Promise.withResolvers<void>();
  #state: MonitState;
  #log: FollowedLog | undefined;
  #drawing: number | undefined;
  #settling: number | undefined;
  #forgetting: number | undefined;

  private constructor(context: Context, lineFilter: LineFilter) {
    this.#lineFilter = lineFilter;
    this.#context = {
      ...context,
      warn: (text) => this.#notice(text),
    };
    this.#state = initialState(context.root.base, readHost(), lineFilter);
    this.#sampler = new ProcessSampler(context.root);
    this.#terminal = Terminal.open({ redraw: () => this.redraw() });
  }

  /**
   * Shows the processes until the user has seen enough.
   *
   * @param lineFilter Which lines of the logs are shown.
   */
  static async run(context: Context, lineFilter: LineFilter): Promise<void> {
    const monit = new Monit(context, lineFilter);
    using _ = monit.#terminal;
    monit.#look();
    // A failure of any of these ends the view.
    await Promise.race([
      monit.#ended.promise,
      monit.#readKeys(),
      monit.#keepLooking(),
      monit.#keepSampling(),
      monit.#keepReadingLog(),
    ]);
  }

  async #readKeys(): Promise<void> {
    for await (const key of this.#terminal.keys()) this.#press(key);
  }

  async #keepLooking(): Promise<never> {
    for (;;) {
      await pause(LOOK_EVERY);
      this.#look();
    }
  }

  async #keepSampling(): Promise<never> {
    for (;;) {
      // What it measures is drawn with the next look at the files.
      await this.#sampler.sample();
      await pause(SAMPLE_EVERY);
    }
  }

  async #keepReadingLog(): Promise<never> {
    for (;;) {
      await pause(READ_LOG_EVERY);
      const log = this.#log;
      if (log === undefined) continue;
      const before = log.count;
      const hasNews = await log.read();
      // Another process may have been selected meanwhile.
      if (hasNews && log === this.#log) this.#showLog(log.count - before);
    }
  }

  #look(): void {
    const rows = this.#sampler.rows();
    this.#change({ rows, host: readHost(), isSupervised: this.#sampler.isSupervised });
    if (this.#state.view === "describe") this.#describe();
  }

  #press(key: Key): void {
    const { prompt, view } = this.#state;
    if (key === "ctrl-c") return this.quit();
    if (prompt?.kind === "filter") return this.#typeFilter(key);
    if (prompt?.kind === "stop") return this.#answerStop(prompt.name, key);
    bindingOf(key, view)?.run(this);
  }

  #typeFilter(key: Key): void {
    const { filter } = this.#state;
    if (key === "enter") this.#change({ prompt: undefined });
    else if (key === "escape") this.#change({ prompt: undefined, filter: "" });
    else if (key === "backspace") this.#change({ filter: [...filter].slice(0, -1).join("") });
    else if (key === "up" || key === "down") this.move(key === "up" ? -1 : 1);
    else if ([...key].length === 1) this.#change({ filter: filter + key });
  }

  #answerStop(name: string, key: Key): void {
    this.#change({ prompt: undefined });
    if (key !== "y" && key !== "k") return this.#notice(`${name} is not stopped`);
    const keep = key === "k";
    this.#ask(
      name,
      { doing: "Stopping", done: keep ? "Stopped" : "Stopped and removed" },
      () => ask(this.#context, stopMessage, { selectors: [exactly(name)], keep }),
    );
  }

  async #ask(
    name: string,
    { doing, done }: { readonly doing: string; readonly done: string },
    work: () => Promise<Outcome>,
  ): Promise<void> {
    this.#notice(`${doing} ${name} …`);
    try {
      const { failed = [] } = await work();
      this.#notice(failed[0] ? `${doing} ${name} failed: ${failed[0].reason}` : `${done} ${name}`);
    } catch (error) {
      this.#notice(messageOf(error));
    }
    this.#look();
  }

  move(by: number, unit?: "half screens"): void {
    const lines = unit ? by * Math.floor(this.#terminal.size().rows / 2) : by;
    const { view, scroll } = this.#state;
    if (view === "processes") this.#set(moveSelection(this.#state, lines));
    else this.#scroll(scroll + (view === "log" ? -lines : lines));
  }

  moveTo(end: "first" | "last"): void {
    const { view } = this.#state;
    const far = end === "first" ? -1e6 : 1e6;
    if (view === "processes") this.#set(moveSelection(this.#state, far));
    else this.#scroll(view === "log" ? -far : far);
  }

  /** Scrolls, no further than there is something to see. */
  #scroll(wanted: number): void {
    const { view, log, description } = this.#state;
    const { columns, rows } = this.#terminal.size();
    const room = rows - 4;
    const length = view === "log"
      ? logLines(log, columns, Infinity).length
      : view === "describe"
      ? description.length
      : helpLines(columns, room).length;
    this.#change({ scroll: Math.max(0, Math.min(wanted, length - room)) });
  }

  show(view: View): void {
    if (view === this.#state.view) return this.back();
    const isAboutOne = view === "log" || view === "describe";
    if (isAboutOne && !selectedRow(this.#state)) return this.#notice("no process is selected");
    this.#change({ view, scroll: 0, notice: "" });
    if (view === "describe") this.#describe();
  }

  sortBy(key: SortKey): void {
    this.#change({ sort: this.#state.sort === key ? "id" : key });
  }

  filter(): void {
    this.#change({ prompt: { kind: "filter" } });
  }

  back(): void {
    if (this.#state.view === "processes") this.#change({ filter: "", notice: "" });
    else this.#change({ view: "processes", scroll: 0 });
  }

  askToStop(): void {
    const row = selectedRow(this.#state);
    if (!row) return this.#notice("no process is selected");
    this.#change({ prompt: { kind: "stop", name: row.meta.name } });
  }

  send(
    verb: { readonly doing: string; readonly done: string },
    message: Message<{ selectors: string[] }, Outcome>,
  ): void {
    const row = selectedRow(this.#state);
    if (!row) return this.#notice("no process is selected");
    const { name } = row.meta;
    this.#ask(name, verb, () => ask(this.#context, message, { selectors: [exactly(name)] }));
  }

  async suspend(): Promise<void> {
    if (!await this.#terminal.suspend()) {
      this.#notice("Cannot suspend: no shell is there to continue it");
    }
  }

  redraw(): void {
    this.#screen.forget();
    this.#draw();
  }

  quit(): void {
    this.#ended.resolve();
  }

  #describe(): void {
    const row = selectedRow(this.#state);
    if (!row) return this.#change({ view: "processes", scroll: 0 });
    const { columns } = this.#terminal.size();
    let meta: Meta;
    try {
      meta = readMeta(this.#context.root, row.meta.name);
    } catch {
      // The process is just being removed.
      return;
    }
    const described = describeProcess(this.#context, meta, { stats: row.stats, health: undefined });
    const { zone } = this.#context;
    const options = { color: false, available: columns, zone, isWhole: false };
    this.#change({ description: descriptionLines(described, options).map(oneLine) });
  }

  #notice(text: string): void {
    this.#change({ notice: oneLine(text) });
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => this.#change({ notice: "" }), NOTICE_FOR);
  }

  #change(changes: Partial<MonitState>): void {
    this.#set(change(this.#state, changes));
  }

  #set(state: MonitState): void {
    const before = this.#state.selected;
    this.#state = state;
    if (state.selected !== before) this.#followSelected();
    this.#draw();
  }

  #followSelected(): void {
    const name = this.#state.selected;
    this.#log?.[Symbol.dispose]();
    this.#log = undefined;
    this.#state = { ...this.#state, log: [] };
    clearTimeout(this.#settling);
    if (name === undefined) return;
    this.#settling = setTimeout(async () => {
      try {
        const log = await FollowedLog.open(this.#context.root, name, this.#lineFilter);
        if (this.#state.selected !== name || this.#log) return log[Symbol.dispose]();
        this.#log = log;
        this.#showLog(0);
      } catch (error) {
        this.#notice(`Cannot follow the log of ${name}: ${messageOf(error)}`);
      }
    }, SETTLE);
  }

  /** @param added Lines that are new at the end. */
  #showLog(added: number): void {
    this.#change({ log: this.#log?.lines ?? [] });
    const { view, scroll } = this.#state;
    // Somebody who has scrolled up keeps the place when lines are added at the end.
    if (view === "log" && scroll > 0) this.#scroll(scroll + Math.max(0, added));
  }

  #draw(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      const size = this.#terminal.size();
      const lines = frame(this.#state, size);
      this.#screen.draw(lines.map((one) => renderLine(one, this.#context.color)), size);
    }, DRAW_WITHIN);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
