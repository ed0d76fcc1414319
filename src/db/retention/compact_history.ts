import { openIfThere, readAt } from "../../files/read_at.ts";
import { GROWING, readTextIfThere } from "../../files/read_text.ts";
import { removeIfThere, replaceFile } from "../../files/replace_file.ts";
import { statIfThere } from "../../files/path_info.ts";
import { turnOf } from "../../event_table.ts";
import { historyPath, type RuntimeRoot } from "../../root.ts";
import { dayOf } from "../day_files.ts";
import { type HistoryEntry, historyNames, parseEntry } from "../read_history.ts";
import { STEADY_AFTER } from "../steady_after.ts";

/** Bytes that a history may have; beyond them it is made shorter. */
const MAX_SIZE = 1024 * 1024;
/** Bytes that it has then at most: not every crash is to have it written anew. */
const SIZE_AFTER = MAX_SIZE / 2;
/** The last entries stay as they are: what is going on is told one by one. */
const LATEST = 500;
/** Runs of a crash loop from which on it is told as one. */
const MIN_LOOP = 3;
/** Bytes in which the first line of a history is looked for. */
const FIRST_LINE = 4096;

const encoder = new TextEncoder();

/** What of the histories is kept. */
export interface HistoryRetention {
  /** Epoch seconds: what is older goes; `undefined`: nobody looks for it. */
  readonly oldest: number | undefined;
  /** Whether a process of that name is listed; the history of another goes once it is too old. */
  readonly isListed: (name: string) => boolean;
}

/**
 * Keeps the histories of all processes within bounds: what is too old goes, and of one that has more
 * than a megabyte the crash loops become a line a day, then the oldest entries go. How it stood
 * before that, and so what it does now, stays known.
 *
 * @throws whatever the file system says.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../../root.ts";
 * import { compactHistories } from "./compact_history.ts";
 *
 * const oldest = Date.now() / 1000 - 30 * 86_400;
 * compactHistories(runtimeRoot("."), { oldest, isListed: () => true });
 * ```
 */
export function compactHistories(root: RuntimeRoot, retention: HistoryRetention): void {
  const { oldest = -Infinity, isListed } = retention;
  for (const name of historyNames(root)) {
    const path = historyPath(root, name);
    const info = statIfThere(path);
    if (!info) continue;
    const isOld = (info.mtime?.getTime() ?? Infinity) / 1000 < oldest;
    if (isOld && !isListed(name)) removeIfThere(path);
    else if (info.size > MAX_SIZE || oldest > -Infinity && firstTime(path) < oldest) {
      compact(path, oldest, info.size);
    }
  }
}

/** @param size Bytes it has: more than its text has characters, where that is not plain ASCII. */
function compact(path: string, oldest: number, size: number): void {
  const text = readTextIfThere(path, GROWING) ?? "";
  const entries = text.split("\n").map(parseEntry).filter((entry) => typeof entry === "object");
  let kept = withoutOld(entries, oldest);
  if (size > MAX_SIZE) kept = withinSize(foldLoops(kept), SIZE_AFTER);
  if (kept.length === entries.length) return;
  replaceFile(path, kept.map(lineOf).join(""), { mode: 0o600 });
}

/** Leaves out what is older than `oldest`, but for how it stood then. */
function withoutOld(entries: readonly HistoryEntry[], oldest: number): readonly HistoryEntry[] {
  const first = entries.findIndex(({ time }) => time >= oldest);
  const old = first < 0 ? entries : entries.slice(0, first);
  return [...standingOf(old), ...entries.slice(old.length)];
}

/**
 * The entry that says what a process was doing at the end of `entries`: without it, one that has run
 * for a year would not be known to have been started.
 */
function standingOf(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const last = entries.findLast(({ event }) => ![null, "up"].includes(turnOf(event)));
  return last === undefined ? [] : [last];
}

/**
 * Tells the runs of a crash loop as one, day by day: its first crash and its last run stay, whose
 * crash says how many are left out.
 */
export function foldLoops(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const kept: HistoryEntry[] = [];
  const end = Math.max(0, entries.length - LATEST);
  for (let index = 0; index < end;) {
    const first = entries[index]!;
    kept.push(first);
    index++;
    if (!isShort(first)) continue;
    const runs: (readonly HistoryEntry[])[] = [];
    for (let from = index; from < end;) {
      const run = runAt(entries, from);
      const crash = run.at(-1);
      if (crash === undefined || from + run.length > end || !isAlike(crash, first)) break;
      runs.push(run);
      from += run.length;
    }
    if (runs.length < MIN_LOOP) continue;
    index += runs.flat().length;
    const crashes = runs.map((run) => run.at(-1)!);
    const folded = crashes.reduce((sum, { folded }) => sum + 1 + (folded ?? 0), -1);
    kept.push(...runs.at(-1)!.slice(0, -1), { ...crashes.at(-1)!, folded });
  }
  return [...kept, ...entries.slice(end)];
}

/** A run that begins with a restart and crashes, and nothing else happened in it; else nothing. */
function runAt(entries: readonly HistoryEntry[], from: number): readonly HistoryEntry[] {
  if (entries[from]?.event !== "restart") return [];
  const end = entries[from + 1]?.event === "online" ? from + 2 : from + 1;
  const crash = entries[end];
  return crash && isShort(crash) ? entries.slice(from, end + 1) : [];
}

/** Whether it is the crash of a run that was not up yet. */
function isShort({ event, uptime = Infinity }: HistoryEntry): boolean {
  return event === "crash" && uptime < STEADY_AFTER;
}

function isAlike(a: HistoryEntry, b: HistoryEntry): boolean {
  return a.exit_code === b.exit_code && a.exit_signal === b.exit_signal &&
    dayOf(a.time * 1000) === dayOf(b.time * 1000);
}

/** The last entries that together have at most `size` bytes, and how it stood before them. */
function withinSize(entries: readonly HistoryEntry[], size: number): readonly HistoryEntry[] {
  let bytes = 0;
  let first = entries.length;
  while (first > 0) {
    bytes += encoder.encode(lineOf(entries[first - 1]!)).length;
    if (bytes > size) break;
    first--;
  }
  return [...standingOf(entries.slice(0, first)), ...entries.slice(first)];
}

/** Epoch seconds of the first entry; `Infinity` where there is none. */
function firstTime(path: string): number {
  using file = openIfThere(path);
  if (!file) return Infinity;
  const [line] = new TextDecoder().decode(readAt(file, 0, FIRST_LINE)).split("\n");
  const entry = parseEntry(line ?? "");
  return typeof entry === "object" ? entry.time : Infinity;
}

function lineOf(entry: HistoryEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
