import { sizeOf } from "../files/path_info.ts";
import { openIfThere, readAt } from "../files/read_at.ts";
import { historyPath, type RuntimeRoot } from "../root.ts";
import type { LineProblems } from "./line_problems.ts";
import { type HistoryEntry, parseEntry } from "./read_history.ts";
import { pathsOf, type Period } from "./read_metrics.ts";
import { scanLines } from "./scan_lines.ts";

/** One line of `db/events`. */
export interface RecordedEvent extends Pick<HistoryEntry, "time" | "event"> {
  /** `null`: the supervisor itself. */
  readonly name: string | null;
}

const NEWLINE = 0x0a;
const decoder = new TextDecoder();

/** Reads `db/events`, and reads on from there as often as it is asked. */
export class EventReader {
  readonly #root: RuntimeRoot;
  readonly #problems: LineProblems;
  /** How much of each file was read: bytes and lines; a compressed one is read whole. */
  readonly #read = new Map<string, { readonly offset: number; readonly lines: number }>();

  /** @param problems Told of the lines that are skipped. */
  constructor(root: RuntimeRoot, problems: LineProblems) {
    this.#root = root;
    this.#problems = problems;
  }

  /** Returns the events of a period that it has not returned before, in the order of the files. */
  async *read(period: Period): AsyncGenerator<readonly RecordedEvent[]> {
    for (const path of pathsOf(this.#root.events, period)) {
      const plain = path.endsWith(".gz") ? path.slice(0, -".gz".length) : path;
      // A file that was followed while it was plain is not read again when it has been compressed.
      const events = path === plain
        ? this.#readOn(path)
        : this.#read.has(plain)
        ? []
        : await this.#readCompressed(path, plain);
      yield events.filter(({ time }) => time >= period.since && time < period.until);
    }
  }

  /** Passes over what the history of a process holds so far. */
  skipHistory(name: string): void {
    const path = historyPath(this.#root, name);
    this.#read.set(path, { offset: sizeOf(path), lines: 0 });
  }

  /** Returns what the history of a process holds that it has not returned before. */
  readHistory(name: string): readonly HistoryEntry[] {
    return this.#readOn(historyPath(this.#root, name));
  }

  async #readCompressed(path: string, plain: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const take = (bytes: Uint8Array, from: number, to: number) => {
      const entry = parseEntry(decoder.decode(bytes.subarray(from, to)));
      if (typeof entry !== "object") return entry;
      events.push(entry);
      return undefined;
    };
    await scanLines(path, { take }, this.#problems);
    this.#read.set(plain, { offset: 0, lines: 0 });
    return events;
  }

  #readOn(path: string): HistoryEntry[] {
    const file = openIfThere(path);
    if (!file) return [];
    using open = file;
    const { offset, lines } = this.#read.get(path) ?? { offset: 0, lines: 0 };
    const bytes = readAt(open, offset, Math.max(0, open.statSync().size - offset));
    // A part without a line break is torn, or still being written.
    const length = bytes.lastIndexOf(NEWLINE) + 1;
    if (length === 0) return [];
    const texts = decoder.decode(bytes.subarray(0, length - 1)).split("\n");
    this.#read.set(path, { offset: offset + length, lines: lines + texts.length });
    return texts.flatMap((text, index) => {
      const entry = parseEntry(text);
      if (typeof entry === "object") return [entry];
      this.#problems.add(path, lines + index + 1, entry);
      return [];
    });
  }
}
