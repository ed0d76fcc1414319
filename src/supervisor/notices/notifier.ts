import { settlesWithin } from "../../async/settles_within.ts";
import type { DetailedEvent, EventDetail } from "../../db/record_events.ts";
import { messageOf } from "../../errors.ts";
import { type EventName, isNotifiable } from "../../event_table.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { oneLine } from "../../printable.ts";
import { readDifference } from "../../program/environment.ts";
import type { InputOutcome } from "../launch/run_with_input.ts";
import { describeExit } from "../launch/run.ts";
import { MinuteBudgets } from "./minute_budgets.ts";
import type { Notice } from "./notice.ts";
import { type NoticeCommand, NoticeCommands } from "./notice_command.ts";
import { type NoticeTask, Outbox, type OutboxContents } from "./outbox.ts";
import { type NoticeHost, type NoticeProcess, removeInputs, runNotice } from "./run_notice.ts";
import { Summaries } from "./summaries.ts";

/** What a notifier needs of the supervisor. */
export interface NotifierHost extends NoticeHost {
  process(name: string): { readonly meta: Meta; readonly spec: Spec } | undefined;
  record(event: EventName, name: string | null, detail?: EventDetail): void;
}

/** Commands that run at the same time; of one process there is but one. */
const MAX_RUNNING = 4;
/** Notices that wait for their turn; what comes then is summed up. */
const MAX_WAITING = 100;
/** Characters of its output that are logged of a command that failed. */
const MAX_LOGGED = 500;

const NOTHING: OutboxContents = { waiting: [], summed: [] };

/** A task, and the process it is about, where this supervisor has seen it happen. */
interface PresentTask extends NoticeTask {
  readonly about?: NoticeProcess | undefined;
}

/**
 * Has commands told of events. It is told of every event when that is recorded, and never waited
 * for: a command that hangs or fails holds up nothing but later commands of the same process.
 */
export class Notifier {
  readonly #host: NotifierHost;
  readonly #commands: NoticeCommands;
  readonly #budgets = new MinuteBudgets();
  readonly #summaries = new Summaries();
  readonly #outbox: Outbox;
  /** What the supervisor before this one has left to be told. */
  #left: OutboxContents;
  #waiting: PresentTask[] = [];
  /** The processes that a command is running for. */
  readonly #busy = new Map<string | null, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(host: NotifierHost) {
    this.#host = host;
    this.#commands = new NoticeCommands(host.root);
    this.#outbox = new Outbox(host.root, (text) => host.log(text), () => this.#contents());
    this.#left = this.#outbox.read();
    removeInputs(host.root);
  }

  /** Goes on with what the supervisor before this one has left; its processes are known by now. */
  begin(): void {
    const { waiting, summed } = this.#left;
    for (const task of waiting) {
      this.#waiting.push({ ...task, about: this.#processOf(task.notice.name) });
    }
    for (const task of summed) this.#summaries.add(task);
    // Not before: what is written in between must hold all of it.
    this.#left = NOTHING;
    this.#tellSummaries();
  }

  /** Takes note of what happened to a process, or to the supervisor (`null`). */
  happened(events: readonly DetailedEvent[], name: string | null): void {
    for (const { event, detail } of events) {
      try {
        this.#note(event, detail, name);
      } catch (error) {
        // Whatever it is, the process must be restarted all the same.
        this.#host.log(`${name ?? "the supervisor"}: ${event} is not told: ${messageOf(error)}`);
      }
    }
  }

  #note(event: EventName, detail: EventDetail, name: string | null): void {
    if (!isNotifiable(event)) return;
    const spec = name === null ? undefined : this.#host.process(name)?.spec;
    const command = this.#commands.find(event, name, spec);
    if (command === undefined) return;
    const notice: Notice = { event, name, time: Math.floor(Date.now() / 1000), detail };
    // Read now: a process that is stopped is removed in this turn.
    this.#take({ notice, command, about: this.#processOf(name) });
  }

  /**
   * Runs every command of a process once, one after another.
   *
   * @param name `null`: those that the supervisor's own events are told to.
   */
  async test(name: string | null): Promise<readonly NoticeTest[]> {
    const about = this.#processOf(name);
    const tests: NoticeTest[] = [];
    for (const command of this.#commands.all(name, about?.spec)) {
      const time = Math.floor(Date.now() / 1000);
      const detail = { reason: "a test: nothing has happened" };
      tests.push(
        await tryCommand(this.#host, command, { event: "test", name, time, detail }, about),
      );
    }
    return tests;
  }

  /**
   * Tells what is still to be told, what was summed up too.
   *
   * @param patience Milliseconds it takes at the most; the next supervisor tells the rest.
   */
  async finish(patience: number): Promise<void> {
    for (const task of this.#summaries.tasks) {
      this.#summaries.remove(task);
      this.#waiting.push({ ...task, about: this.#processOf(task.notice.name) });
    }
    this.#outbox.save();
    this.#runNext();
    await this.#idle(patience);
  }

  /**
   * Begins nothing any more; what runs goes on.
   *
   * @param patience Milliseconds within which what runs may end.
   */
  async close(patience: number): Promise<void> {
    await this.#idle(patience);
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#outbox.close();
  }

  #contents(): OutboxContents {
    const waiting = this.#waiting.map(({ notice, command }) => ({ notice, command }));
    return {
      waiting: [...this.#left.waiting, ...waiting],
      summed: [...this.#left.summed, ...this.#summaries.tasks],
    };
  }

  async #idle(patience: number): Promise<void> {
    const deadline = performance.now() + patience;
    while (this.#busy.size > 0 && performance.now() < deadline) {
      await settlesWithin(Promise.race(this.#busy.values()), deadline - performance.now());
    }
  }

  #take(task: PresentTask): void {
    const { budget, limit } = task.command;
    if (this.#waiting.length < MAX_WAITING && this.#budgets.take(budget, limit)) {
      this.#waiting.push(task);
      this.#outbox.save();
      return this.#runNext();
    }
    this.#summaries.add(task);
    this.#outbox.saveSoon();
    this.#awaitBudget();
  }

  /** Tells of what was summed up, where the limit permits that again. */
  #tellSummaries(): void {
    for (const task of this.#summaries.tasks) {
      const { budget, limit } = task.command;
      if (this.#waiting.length >= MAX_WAITING || !this.#budgets.take(budget, limit)) continue;
      this.#summaries.remove(task);
      this.#waiting.push({ ...task, about: this.#processOf(task.notice.name) });
      this.#outbox.save();
    }
    this.#runNext();
    this.#awaitBudget();
  }

  #awaitBudget(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const waits = this.#summaries.tasks.map(({ command: { budget, limit } }) =>
      this.#budgets.waitFor(budget, limit)
    );
    if (waits.length === 0) return;
    // Where it is not the limit that they wait for, the next command that ends has them told.
    const wait = Math.max(1000, Math.min(...waits));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tellSummaries();
    }, wait);
  }

  #runNext(): void {
    for (const task of this.#waiting) {
      if (this.#busy.size >= MAX_RUNNING || this.#isClosed) return;
      const { name } = task.notice;
      if (this.#busy.has(name)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== task);
      // Before it is run: told twice by a supervisor that is killed now and the next one, a page
      // at night would not be believed any more.
      this.#outbox.save();
      const run = this.#run(task).finally(() => {
        this.#busy.delete(name);
        this.#runNext();
      });
      this.#busy.set(name, run);
    }
  }

  async #run({ notice, command, about }: PresentTask): Promise<void> {
    const { problem, output } = await tryCommand(this.#host, command, notice, about);
    if (problem === undefined) return;
    const { event, name } = notice;
    const said = oneLine(output).trim().slice(-MAX_LOGGED);
    const reason = `its command for ${event} '${command.line}' ${problem}${said && `: ${said}`}`;
    this.#host.log(`${name ?? "the supervisor"}: ${reason}`);
    this.#host.record("notify_failed", name, { reason });
  }

  #processOf(name: string | null): NoticeProcess | undefined {
    const process = name === null ? undefined : this.#host.process(name);
    if (name === null || process === undefined) return undefined;
    const { meta, spec } = process;
    try {
      return { meta, spec, difference: readDifference(this.#host.root, name) };
    } catch (error) {
      this.#host.log(`${name}: its command for events runs without its env: ${messageOf(error)}`);
      return { meta, spec, difference: { set: {}, unset: [] } };
    }
  }
}

/** What came of a command that was tried. */
export interface NoticeTest {
  readonly command: string;
  readonly exit_code: number | null;
  readonly exit_signal: string | null;
  /** The end of what it printed. */
  readonly output: string;
  /** What is wrong with it, if anything. */
  readonly problem?: string;
}

async function tryCommand(
  host: NoticeHost,
  command: NoticeCommand,
  notice: Notice,
  about: NoticeProcess | undefined,
): Promise<NoticeTest> {
  const { line } = command;
  let outcome: InputOutcome;
  try {
    outcome = await runNotice(host, command, notice, about);
  } catch (error) {
    const problem = messageOf(error);
    return { command: line, exit_code: null, exit_signal: null, output: "", problem };
  }
  const { exit, output, ended } = outcome;
  const problem = ended ?? (exit.code === 0 ? undefined : describeExit(exit));
  return {
    command: line,
    exit_code: exit.code,
    exit_signal: exit.signal,
    output,
    ...problem === undefined ? {} : { problem },
  };
}
