import { EventReader } from "../../db/event_reader.ts";
import { LineProblems } from "../../db/line_problems.ts";
import { type EventName, turnOf } from "../../event_table.ts";
import type { HistoryEntry } from "../../db/read_history.ts";
import { readSpec } from "../../meta/spec.ts";
import { oneLine } from "../../printable.ts";
import type { Context } from "../context.ts";
import { formatDuration } from "../output/duration.ts";

/** Tells on standard error what becomes of processes, as their history has it. */
export class EventTeller {
  readonly #context: Context;
  readonly #reader: EventReader;
  #names: readonly string[] = [];
  #watcher: Deno.FsWatcher | undefined;
  /** Whether each is a job, once that is known. */
  readonly #jobs = new Map<string, boolean>();
  /** The last reason that was told of each. */
  readonly #reasons = new Map<string, string | undefined>();

  constructor(context: Context) {
    this.#context = context;
    this.#reader = new EventReader(context.root, new LineProblems());
  }

  /** Takes note of where the histories of these processes end; call it before they are started. */
  begin(names: readonly string[]): void {
    this.#names = names;
    for (const name of names) this.#reader.skipHistory(name);
  }

  /** Tells nothing more by itself. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Tells what has happened since the last call. */
  tell(): void {
    const entries = this.#names.flatMap((name) => this.#reader.readHistory(name));
    entries.sort((a, b) => a.time - b.time);
    for (const entry of entries) {
      const { name, reason } = entry;
      // A restart repeats why the run before it ended.
      const isKnown = turnOf(entry.event) === "begin" && this.#reasons.get(name) === reason;
      this.#reasons.set(name, reason);
      const { reason: _, ...rest } = entry;
      const told = isKnown ? rest : entry;
      const sentence = this.#isJob(name) ? describeOfJob(told) : describe(told);
      if (sentence !== undefined) this.#context.warn(`tsm: ${sentence}`);
    }
  }

  #isJob(name: string): boolean {
    const known = this.#jobs.get(name);
    if (known !== undefined) return known;
    try {
      const isJob = readSpec(this.#context.root, name).schedule !== null;
      this.#jobs.set(name, isJob);
      return isJob;
    } catch {
      // It is removed already, or somebody has damaged its spec.json.
      return false;
    }
  }

  /**
   * Tells by itself what happens, from now on. Without it the last that is recorded may stay
   * untold: nothing in a process's own directory changes after it.
   */
  async watch(): Promise<void> {
    if (this.#names.length === 0 || this.#watcher) return;
    try {
      this.#watcher = Deno.watchFs(this.#context.root.history, { recursive: false });
      for await (const _ of this.#watcher) this.tell();
    } catch {
      // The supervisor has not made the directory yet, or it has been removed.
    }
  }
}

/** What is found fault with a run, the reason of which says it all. */
const FAULTS: ReadonlySet<EventName> = new Set(["unhealthy", "watchdog", "memory"]);

/** The same of a job, which may run every second: each run is told once, when it is over. */
function describeOfJob(entry: HistoryEntry): string | undefined {
  const { event, name, uptime, reason } = entry;
  const turn = turnOf(event);
  if (turn === "up" || turn === "begin" || event === "ready") return undefined;
  if (turn !== "end") return describe(entry);
  const time = uptime === undefined ? "" : ` for ${formatDuration(uptime)}`;
  return event === "exit"
    ? `${name} ran${time}`
    : `${name} ran${time} and failed${reason === undefined ? "" : `: ${oneLine(reason)}`}`;
}

/** An event as a sentence; `undefined`: it is no news to who looks on. */
function describe({ event, name, pid, reason, uptime }: HistoryEntry): string | undefined {
  const why = reason === undefined ? "" : `: ${oneLine(reason)}`;
  const after = uptime === undefined ? "" : ` after ${formatDuration(uptime)}`;
  switch (turnOf(event)) {
    case "up":
      return `${name} is up (pid ${pid ?? "-"})`;
    case "end":
      return `${name} ${event === "crash" ? "crashed" : "ended"}${after}${why}`;
    case "stop":
      return `${name} was stopped${after}`;
    case "give-up":
      return `${name} is given up${why}`;
    case "begin":
      return event === "restart" ? `${name} is restarted${why}` : undefined;
    case null:
      if (event === "ready") return `${name} is ready`;
      return FAULTS.has(event) ? `${name}: ${oneLine(reason ?? event)}` : undefined;
  }
}
