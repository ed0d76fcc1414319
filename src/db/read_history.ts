import { readTextIfThere } from "../files/read_text.ts";
import { historyPath, type RuntimeRoot } from "../root.ts";
import { type EventDetail, type EventName, EVENTS } from "./record_event.ts";

/** One line of a history file. */
export interface HistoryEntry extends EventDetail {
  /** Epoch seconds. */
  readonly time: number;
  readonly event: EventName;
  readonly name: string;
}

/** Reads the history of the process `name`, oldest first; lines that are none are passed over. */
export function readHistory(root: RuntimeRoot, name: string): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const line of (readTextIfThere(historyPath(root, name)) ?? "").split("\n")) {
    const entry = parseEntry(line);
    if (entry) entries.push(entry);
  }
  return entries;
}

function parseEntry(line: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<HistoryEntry> | null;
    const isEntry = typeof entry?.time === "number" &&
      EVENTS.some((event) => event === entry.event);
    return isEntry ? entry as HistoryEntry : undefined;
  } catch {
    return undefined;
  }
}
