/**
 * The time index of a log, `current.out.idx`: how long the log was at which time. With it a time is
 * found without reading the log, and lines have times although the program wrote none.
 *
 * Format: a line an entry, `TIME OFFSET`: at TIME, epoch seconds with up to three decimals and
 * rounded up, the log had OFFSET bytes. Both only grow. Old entries are thinned out, so that the
 * index stays below 0.1 % of the log (or 64 KiB, where that is more): some two thousand entries are
 * always kept. Versions before 0.2.0 wrote whole seconds.
 *
 * @module
 */
import { isPlainFile } from "../files/path_info.ts";
import { GROWING, readTextIfThere } from "../files/read_text.ts";
import { openToAppend } from "../files/open_to_append.ts";
import { replaceFile } from "../files/replace_file.ts";

/** At `time`, the log had `offset` bytes. */
export interface IndexEntry {
  /** Epoch seconds. */
  readonly time: number;
  readonly offset: number;
}

const encoder = new TextEncoder();

/** The size up to which an index is not thinned out, in bytes. */
const SMALL = 64 * 1024;
/** Above that, the index may have this part of the log. */
const SHARE = 1 / 1100;

/** Reads an index; `undefined` if there is no plain file. Damaged lines are skipped. */
export function readIndex(path: string): readonly IndexEntry[] | undefined {
  const text = readIndexText(path);
  return text === undefined ? undefined : parseIndex(text);
}

/** A log is worth showing without its times: what cannot be read counts as missing. */
function readIndexText(path: string): string | undefined {
  return isPlainFile(path) ? readTextIfThere(path, GROWING) : undefined;
}

/** Reads the text of an index, skipping lines that cannot be right. */
export function parseIndex(text: string): readonly IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const line of text.split("\n")) {
    const match = /^(\d{1,12}(?:\.\d{1,3})?) (\d{1,15})$/.exec(line);
    if (!match) continue;
    const entry = { time: Number(match[1]), offset: Number(match[2]) };
    const last = entries.at(-1);
    if (!last || (entry.time >= last.time && entry.offset >= last.offset)) entries.push(entry);
  }
  return entries;
}

/** The text of an index. */
export function formatIndex(entries: readonly IndexEntry[]): string {
  return entries.map(({ time, offset }) => `${time} ${offset}\n`).join("");
}

/**
 * The offset from which on all bytes that were written at `time`, epoch seconds, or later are
 * found.
 */
export function offsetSince(entries: readonly IndexEntry[], time: number): number {
  return entries.findLast((entry) => entry.time < time)?.offset ?? 0;
}

/**
 * When the byte at `offset` was written: between the two times, epoch seconds; a bound that is not
 * known is `undefined`.
 */
export function arrival(
  entries: readonly IndexEntry[],
  offset: number,
): { readonly after: number | undefined; readonly by: number | undefined } {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.offset > offset) high = middle;
    else low = middle + 1;
  }
  return { after: entries[low - 1]?.time, by: entries[low]?.time };
}

/**
 * Drops every second entry of the older half, so that older times become coarser; keeps the first.
 */
export function thinOut(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  const half = entries.length >> 1;
  return entries.filter((_, index) => index >= half || index % 2 === 0);
}

/**
 * Keeps the time index of one log. Its file is held open from one entry to the next, until
 * {@linkcode close}: to find it by its path takes Deno ten times as long as to write the entry.
 */
export class IndexWriter {
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  #last: IndexEntry | undefined;
  #bytes = 0;
  #loaded = false;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Notes how long the log is.
   *
   * @param now Milliseconds since the epoch: by then it was as long as that.
   * @param size Bytes of the log.
   * @param begun Since when it is written, where no index tells; in milliseconds.
   */
  note(now: number, size: number, begun: number): void {
    if (!this.#loaded) this.#load(size, begun);
    // A clock that was set back, or a file time before the last look: times only grow.
    const time = Math.max(Math.ceil(now) / 1000, this.#last?.time ?? 0);
    const entry = { time, offset: size };
    if (this.#last && size <= this.#last.offset) return;
    const line = formatIndex([entry]);
    this.#file ??= openToAppend(this.#path);
    const bytes = encoder.encode(line);
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
    this.#last = entry;
    this.#bytes += line.length;
    if (this.#bytes > Math.max(SMALL, size * SHARE)) this.#write(thinOut(this.#read()));
  }

  /**
   * Begins the index anew: the log is empty.
   *
   * @param now Milliseconds since the epoch.
   */
  begin(now: number): void {
    this.#loaded = true;
    this.#last = { time: Math.floor(now) / 1000, offset: 0 };
    this.#write([this.#last]);
  }

  /** Whether its file is held open. */
  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Closes its file; the next entry opens whatever is at its path then. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /**
   * Loads the index that is there. A missing one begins at `begun`; of a damaged one the entries
   * that can be right are kept.
   */
  #load(size: number, begun: number): void {
    this.#loaded = true;
    const text = readIndexText(this.#path);
    const entries = parseIndex(text ?? "").filter(({ offset }) => offset <= size);
    if (entries.length === 0) return this.begin(begun);
    if (formatIndex(entries) !== text) this.#write(entries);
    this.#last = entries.at(-1);
    this.#bytes = formatIndex(entries).length;
  }

  #read(): readonly IndexEntry[] {
    return readIndex(this.#path) ?? [];
  }

  #write(entries: readonly IndexEntry[]): void {
    // The file that is open is not the one at the path any more.
    this.close();
    const text = formatIndex(entries);
    replaceFile(this.#path, text, { mode: 0o600 });
    this.#bytes = text.length;
  }
}
