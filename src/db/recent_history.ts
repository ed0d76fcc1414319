import { openIfThere, readAt } from "../files/read_at.ts";
import { historyPath, type RuntimeRoot } from "../root.ts";
import { type HistoryEntry, JUMP, parseEntry } from "./read_history.ts";

/** What of a history is wanted. */
export interface RecentOptions {
  /** Epoch seconds: older entries are left out. */
  readonly since?: number;
  /** Epoch seconds: entries from then on are left out. */
  readonly until?: number;
  /** How many entries at most, the newest. */
  readonly lines: number;
  /** Awaited between pieces of the file. */
  readonly pause: () => Promise<void>;
}

const PIECE = 256 * 1024;
const NEWLINE = 0x0a;

const decoder = new TextDecoder();

/**
 * Reads the newest entries of the history of the process `name`, oldest first. The file is read from
 * its end, in pieces: how long it is does not matter.
 *
 * @example
 * ```ts
 * const last = await recentHistory(root, "api", { lines: 10, pause: () => Promise.resolve() });
 * ```
 */
export async function recentHistory(
  root: RuntimeRoot,
  name: string,
  { since = -Infinity, until = Infinity, lines, pause }: RecentOptions,
): Promise<readonly HistoryEntry[]> {
  const file = openIfThere(historyPath(root, name));
  if (!file) return [];
  using open = file;
  /** The newest first. */
  const found: HistoryEntry[] = [];
  /** The beginning of what was read: the rest of a line that begins before it. */
  let rest = new Uint8Array(0);
  for (let end = open.statSync().size; end > 0 && found.length < lines;) {
    const start = Math.max(0, end - PIECE);
    const bytes = joined(readAt(open, start, end - start), rest);
    const first = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    for (const text of decoder.decode(bytes.subarray(first)).split("\n").reverse()) {
      const entry = parseEntry(text);
      if (typeof entry !== "object") continue;
      if (entry.time < since - JUMP) return found.reverse();
      if (entry.time >= since && entry.time < until && found.length < lines) found.push(entry);
    }
    rest = bytes.slice(0, first);
    end = start;
    await pause();
  }
  return found.reverse();
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
