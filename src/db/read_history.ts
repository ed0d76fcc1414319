import { directoryEntries } from "../files/directory_entries.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { historyPath, isValidName, type RuntimeRoot } from "../root.ts";
import { LineProblems } from "./line_problems.ts";
import { type EventDetail, type EventName, EVENTS } from "./record_event.ts";

const KNOWN: ReadonlySet<unknown> = new Set(EVENTS);

/** One line of a history file. */
export interface HistoryEntry extends EventDetail {
  /** Epoch seconds. */
  readonly time: number;
  readonly event: EventName;
  readonly name: string;
}

/**
 * Reads the history of the process `name`, oldest first; lines that are none are passed over.
 *
 * @param problems Told of those lines.
 */
export function readHistory(
  root: RuntimeRoot,
  name: string,
  problems: LineProblems = new LineProblems(),
): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  const path = historyPath(root, name);
  const lines = (readTextIfThere(path) ?? "").split("\n");
  // What is behind the last line break is no line.
  if (lines.at(-1) === "") lines.pop();
  lines.forEach((line, index) => {
    const entry = parseEntry(line);
    if (typeof entry === "object") entries.push(entry);
    else problems.add(path, index + 1, entry);
  });
  return entries;
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
