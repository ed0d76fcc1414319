/**
 * Reads `db/events` on from a place in it. A place outlives the supervisor that has told it, so
 * that whoever follows the events misses none while one supervisor takes the place of another.
 *
 * @module
 */
import { sizeOf } from "../files/path_info.ts";
import { openIfThere, readAt } from "../files/read_at.ts";
import { decompress } from "../logs/log_reader.ts";
import type { RuntimeRoot } from "../root.ts";
import { dayOf, listDayFiles } from "./day_files.ts";
import type { RecordedEvent } from "./event_reader.ts";
import { parseEntry } from "./read_history.ts";

/** A place between two lines of `db/events`. */
export interface EventPosition {
  /** As in the names of the files, `2024-10-13`. */
  readonly day: string;
  /** Bytes from the beginning of the day's file, before it is compressed. */
  readonly offset: number;
}

/** An event, and the place behind it. */
export interface PlacedEvent {
  readonly event: RecordedEvent;
  readonly next: EventPosition;
}

/** Bytes that are read at once; no line of tsm's is longer. */
const PIECE = 64 * 1024;
const NEWLINE = 0x0a;
const decoder = new TextDecoder();

/** The text of a place, as in the ids of streamed events. */
export function formatPosition({ day, offset }: EventPosition): string {
  return `${day}:${offset}`;
}

/** The place that a text stands for; `undefined` if it is none. */
export function parsePosition(text: string): EventPosition | undefined {
  const [, day, offset] = /^(\d{4}-\d\d-\d\d):(\d{1,15})$/.exec(text) ?? [];
  return day === undefined ? undefined : { day, offset: Number(offset) };
}

/** The place before everything that was recorded at `time`, epoch seconds, or later that day. */
export function positionOf(time: number): EventPosition {
  return { day: dayOf(Math.max(0, time) * 1000), offset: 0 };
}

/** The place behind the last event of today. */
export function endOfEvents(root: RuntimeRoot): EventPosition {
  const day = dayOf(Date.now());
  return { day, offset: sizeOf(plainPath(root, day)) };
}

/**
 * Reads the events behind a place up to the last one, in pieces.
 *
 * @example
 * ```ts
 * for await (const events of eventsFrom(root, positionOf(Date.now() / 1000 - 86_400))) {
 *   for (const { event } of events) console.log(event.name, event.event);
 * }
 * ```
 */
export async function* eventsFrom(
  root: RuntimeRoot,
  position: EventPosition,
): AsyncGenerator<readonly PlacedEvent[]> {
  for (const { day, compressed, plain, isCopy } of listDayFiles(root.events)) {
    if (day < position.day) continue;
    const offset = day === position.day ? position.offset : 0;
    // Where both are there, a place in the day is one of the plain file: that was followed last.
    if (compressed !== undefined && !isCopy && (plain === undefined || offset === 0)) {
      yield* compressedEvents(compressed, { day, offset });
    }
    if (plain === undefined) continue;
    for (let from = { day, offset };;) {
      const { events, next } = newEvents(root, from);
      if (next.offset === from.offset) break;
      yield events;
      from = next;
    }
  }
}

/**
 * The events of the day of a place that come behind it, from the file that is being written.
 *
 * @returns at most a piece of them; `next` is where the next piece begins, the same place where
 * there is nothing more.
 */
export function newEvents(
  root: RuntimeRoot,
  { day, offset }: EventPosition,
): { readonly events: readonly PlacedEvent[]; readonly next: EventPosition } {
  const file = openIfThere(plainPath(root, day));
  if (!file) return { events: [], next: { day, offset } };
  using open = file;
  const bytes = readAt(open, offset, PIECE);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  // A piece without a line break is no line of tsm's; a shorter one is still being written.
  const length = end === 0 && bytes.length === PIECE ? PIECE : end;
  return {
    events: eventsIn(bytes.subarray(0, end), { day, offset }),
    next: { day, offset: offset + length },
  };
}

async function* compressedEvents(
  path: string,
  { day, offset }: EventPosition,
): AsyncGenerator<readonly PlacedEvent[]> {
  let at = 0;
  let rest = new Uint8Array(0);
  try {
    for await (const bytes of decompress(path)) {
      const joined = new Uint8Array(rest.length + bytes.length);
      joined.set(rest);
      joined.set(bytes, rest.length);
      const end = joined.lastIndexOf(NEWLINE) + 1;
      yield eventsIn(joined.subarray(0, end), { day, offset: at })
        .filter(({ next }) => next.offset > offset);
      at += end;
      rest = joined.slice(end);
    }
  } catch (error) {
    // Nothing behind the damage can be decompressed.
    if (!(error instanceof TypeError || error instanceof Deno.errors.InvalidData)) throw error;
  }
}

/** The events in `bytes`, which are whole lines. */
function eventsIn(bytes: Uint8Array, { day, offset }: EventPosition): PlacedEvent[] {
  const events: PlacedEvent[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from) + 1;
    const event = parseEntry(decoder.decode(bytes.subarray(from, end - 1)));
    if (typeof event === "object") events.push({ event, next: { day, offset: offset + end } });
    from = end;
  }
  return events;
}

function plainPath(root: RuntimeRoot, day: string): string {
  return `${root.events}/${day}.jsonl`;
}
