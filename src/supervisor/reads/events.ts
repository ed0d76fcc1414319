import type { EventStream } from "../../api/server/event_stream.ts";
import { type ReadRequest, type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { eventsRead } from "../../api/reads/events.ts";
import {
  endOfEvents,
  type EventPosition,
  eventsFrom,
  formatPosition,
  parsePosition,
  positionOf,
} from "../../db/event_positions.ts";
import type { RecordedEvent } from "../../db/event_reader.ts";
import { pauses } from "./heavy_reads.ts";
import { checkedPeriod } from "./period.ts";
import type { ReadContext } from "./read_context.ts";

const DAY = 86_400;

/** What of the events is asked for. */
interface EventsQuery {
  readonly since?: number;
  readonly until?: number;
  readonly lines: number;
}

/** Tells what happened, or streams what happens. */
export function eventsRoute(context: ReadContext): ReadRoute {
  return readRoute(eventsRead, (request) => {
    const accepts = request.headers.get("accept") ?? "";
    if (accepts.includes("text/event-stream")) return stream(context, request);
    return context.heavy.run(async () => ({
      events: await recordedEvents(context, request.query),
    }));
  });
}

async function recordedEvents(
  { supervisor: { root } }: ReadContext,
  query: EventsQuery,
): Promise<RecordedEvent[]> {
  const { since, until } = checkedPeriod(query, DAY);
  // What was recorded before the clock was set back seems to be still to come.
  const end = query.until === undefined ? Infinity : until;
  const pause = pauses();
  let found: RecordedEvent[] = [];
  for await (const events of eventsFrom(root, positionOf(since))) {
    await pause();
    for (const { event } of events) {
      if (event.time >= since && event.time < end) found.push(event);
    }
    if (found.length > 2 * query.lines) found = found.slice(-query.lines);
  }
  return found.slice(-query.lines);
}

function stream(
  { supervisor: { root, streams }, events }: ReadContext,
  { query: { since, until }, headers, connection }: ReadRequest<EventsQuery>,
): Response {
  if (until !== undefined) {
    throw new Deno.errors.InvalidData("Cannot stream events: a stream goes on, it has no 'until'");
  }
  const last = headers.get("last-event-id");
  const from = last === null ? undefined : positionFrom(last);
  const begin = from ?? (since === undefined ? endOfEvents(root) : positionOf(since));
  // An event that a client goes on from is later than where it began at first.
  const earliest = from === undefined ? since ?? 0 : 0;
  const opened = streams.open(connection, 0);
  follow(opened, begin, earliest);
  return opened.response;

  async function follow(to: EventStream, position: EventPosition, earliest: number): Promise<void> {
    to.mark(formatPosition(position));
    const pause = pauses();
    const goesOn = async () => {
      await pause();
      return await to.hasRoom();
    };
    const end = await events.follow(position, ({ event, next }) => {
      if (event.time >= earliest) to.send({ id: formatPosition(next), data: event });
    }, goesOn);
    to.closed.then(end);
  }
}

function positionFrom(id: string): EventPosition {
  const position = parsePosition(id);
  if (position) return position;
  throw new Deno.errors.InvalidData(
    `Cannot stream events behind '${id}': no event has this id; leave Last-Event-ID out`,
  );
}
