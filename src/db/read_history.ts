import { directoryEntries } from "../files/directory_entries.ts";
import { GROWING, readTextIfThere } from "../files/read_text.ts";
import { historyPath, isValidName, type RuntimeRoot } from "../root.ts";
import { LineProblems } from "./line_problems.ts";
import type { EventDetail } from "./record_events.ts";
import { type EventName, EVENTS } from "../event_table.ts";

const KNOWN: ReadonlySet<unknown> = new Set(EVENTS);

/** What begins a run. */
const BEGINNING: ReadonlySet<EventName> = new Set(["start", "restart"]);

/** A clock that is set back may put entries in a wrong order: by so much at most, in seconds. */
export const JUMP = 86_400;

/** One line of a history file. */
export interface HistoryEntry extends EventDetail {
  /** Epoch seconds. */
  readonly time: number;
  readonly event: EventName;
  readonly name: string;
}

/**
 * Reads the history of the process `name`, oldest first; lines that are no entries are skipped.
 *
 * @param problems Told of those lines.
 * @param since Epoch seconds: what is older is left out, but for the run of that time.
 */
export function readHistory(
  root: RuntimeRoot,
  name: string,
  problems: LineProblems = new LineProblems(),
  since = -Infinity,
): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  // Of a long history usually only the last part is wanted.
  for (const entry of latestFirst(root, name, problems)) {
    entries.push(entry);
    if (entry.time < since - JUMP && BEGINNING.has(entry.event)) break;
  }
  return entries.reverse();
}

/**
 * The history of the process `name`, newest first: who looks for the last of a kind parses no more
 * than that.
 *
 * @param problems Told of the lines that are no entries.
 */
export function* latestFirst(
  root: RuntimeRoot,
  name: string,
  problems: LineProblems = new LineProblems(),
): Generator<HistoryEntry> {
  const path = historyPath(root, name);
  const lines = (readTextIfThere(path, GROWING) ?? "").split("\n");
  // Behind the last line break there is no line, only the empty rest.
  if (lines.at(-1) === "") lines.pop();
  for (let index = lines.length - 1; index >= 0; index--) {
    const entry = parseEntry(lines[index]!);
    if (typeof entry === "object") yield entry;
    else problems.add(path, index + 1, entry);
  }
}

/** The names of the processes that have a history. */
export function historyNames(root: RuntimeRoot): string[] {
  return directoryEntries(root.history)
    .filter(({ name, isFile }) => isFile && name.endsWith(".jsonl"))
    .map(({ name }) => name.slice(0, -".jsonl".length))
    .filter(isValidName).sort();
}

/** Reads a line of `db/history`, or of `db/events`; tells what is wrong with it, if anything. */
export function parseEntry(line: string): HistoryEntry | "damaged" | "foreign" | "empty" {
  if (line === "") return "empty";
  let entry: Partial<HistoryEntry> | null;
  try {
    entry = JSON.parse(line) as Partial<HistoryEntry> | null;
  } catch {
    return "damaged";
  }
  const isEntry = typeof entry?.time === "number" && KNOWN.has(entry.event);
  return isEntry ? entry as HistoryEntry : "foreign";
}
