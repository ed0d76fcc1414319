import * as v from "valibot";
import { EVENTS } from "../../event_table.ts";
import { read } from "../read.ts";
import { count, periodParameters } from "../schemas/parameters.ts";

const event = v.object({
  /** Epoch seconds. */
  time: v.number(),
  event: v.picklist(EVENTS),
  /** `null`: the supervisor itself. */
  name: v.nullable(v.string()),
});

/** Reads what happened, or streams it while it happens. */
export const eventsRead = read({
  name: "readEvents",
  path: "/v1/events",
  summary: "Tell what happened; with 'Accept: text/event-stream' as a stream that goes on",
  query: v.strictObject({
    ...periodParameters("24 hours ago, of a stream now"),
    lines: count("How many events, the newest; not of a stream", 1000, 10_000),
  }),
  answer: v.object({ events: v.array(event) }),
  events: { message: event },
});
