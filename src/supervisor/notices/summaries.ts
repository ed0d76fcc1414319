import type { Notice } from "./notice.ts";
import type { NoticeTask } from "./outbox.ts";

/** Names that a summary lists at the most. */
const MAX_NAMES = 20;

/** What happened beyond the limit: one summary for each command, and whose limit it is. */
export class Summaries {
  readonly #byCommand = new Map<string, NoticeTask>();

  /** What is summed up so far. */
  get tasks(): readonly NoticeTask[] {
    return [...this.#byCommand.values()];
  }

  /** Sums up one more; a summary is taken in with all that it counts. */
  add({ notice, command }: NoticeTask): void {
    const key = `${command.budget}\0${command.line}`;
    const before = this.#byCommand.get(key)?.notice;
    this.#byCommand.set(key, {
      notice: before ? together(before, notice) : begun(notice),
      command,
    });
  }

  /** Takes a summary out, to be told. */
  remove({ command }: NoticeTask): void {
    this.#byCommand.delete(`${command.budget}\0${command.line}`);
  }
}

function begun(notice: Notice): Notice {
  const { event, name, time } = notice;
  if (event === "summary") return notice;
  const names = name === null ? [] : [name];
  return { event: "summary", name, time, detail: {}, counts: { [event]: 1 }, names, since: time };
}

function together(summary: Notice, next: Notice): Notice {
  const added = begun(next);
  const counts: Record<string, number> = { ...summary.counts };
  for (const [event, count] of Object.entries(added.counts ?? {})) {
    counts[event] = (counts[event] ?? 0) + count;
  }
  const names = [...new Set([...summary.names ?? [], ...added.names ?? []])].slice(0, MAX_NAMES);
  const name = summary.name === added.name ? summary.name : null;
  return { ...summary, name, time: added.time, counts, names };
}
