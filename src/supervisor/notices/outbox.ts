/**
 * `notices.json`: what commands are still to be told. An event is taken out right before its
 * command is run: a supervisor that is killed leaves the others to the next one, and nothing is
 * told twice.
 *
 * Format: `{"waiting": [{"notice", "command"}…], "summed": [{"notice", "command"}…]}`.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import { removeIfThere, replaceFile } from "../../files/replace_file.ts";
import type { RuntimeRoot } from "../../root.ts";
import type { Notice } from "./notice.ts";
import type { NoticeCommand } from "./notice_command.ts";

/** A command that is to be told of something. */
export interface NoticeTask {
  readonly notice: Notice;
  readonly command: NoticeCommand;
}

/** What is still to be told: one by one, and summed up. */
export interface OutboxContents {
  readonly waiting: readonly NoticeTask[];
  readonly summed: readonly NoticeTask[];
}

/** Milliseconds within which counts of what is summed up are written. */
const SOON = 1000;

/** Keeps `notices.json`. */
export class Outbox {
  readonly #root: RuntimeRoot;
  readonly #log: (text: string) => void;
  readonly #contents: () => OutboxContents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it could not be written, which is logged once. */
  #failed = false;

  /** @param contents What is still to be told, at any time. */
  constructor(
    root: RuntimeRoot,
    log: (text: string) => void,
    contents: () => OutboxContents,
  ) {
    this.#root = root;
    this.#log = log;
    this.#contents = contents;
  }

  /** What the supervisor before this one has left; what makes no sense is left out. */
  read(): OutboxContents {
    try {
      const text = readTextIfThere(this.#root.noticesJson);
      if (text === undefined) return { waiting: [], summed: [] };
      const { waiting, summed } = JSON.parse(text) as Record<string, unknown>;
      return { waiting: tasksOf(waiting), summed: tasksOf(summed) };
    } catch (error) {
      this.#log(`notices.json: ${messageOf(error)}; what it held is not told`);
      return { waiting: [], summed: [] };
    }
  }

  /** Writes what is still to be told; on a full disk it is kept in memory alone. */
  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { waiting, summed } = this.#contents();
    try {
      if (waiting.length + summed.length === 0) removeIfThere(this.#root.noticesJson);
      else {
        const text = `${JSON.stringify({ waiting, summed })}\n`;
        replaceFile(this.#root.noticesJson, text, { mode: 0o600 });
        this.#failed = false;
      }
    } catch (error) {
      if (!this.#failed) this.#log(`cannot write notices.json: ${messageOf(error)}`);
      this.#failed = true;
    }
  }

  /** The same within a second: thousands of events may be summed up in that time. */
  saveSoon(): void {
    this.#timer ??= setTimeout(() => this.save(), SOON);
  }

  /** Writes nothing any more. */
  close(): void {
    if (this.#timer !== undefined) this.save();
  }
}

function tasksOf(value: unknown): NoticeTask[] {
  return Array.isArray(value)
    ? value.filter(isTask).map(({ notice, command }) => ({ notice, command }))
    : [];
}

function isTask(value: unknown): value is NoticeTask {
  const { notice, command } = (value ?? {}) as Partial<NoticeTask>;
  return typeof notice?.event === "string" && typeof notice.time === "number" &&
    (notice.name === null || typeof notice.name === "string") &&
    typeof notice.detail === "object" && notice.detail !== null &&
    typeof command?.line === "string" && typeof command.budget === "string" &&
    (command.user === null || typeof command.user === "string") &&
    [command.timeout, command.limit].every((number) => Number.isSafeInteger(number) && number > 0);
}
