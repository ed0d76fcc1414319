import type { ReadRoute } from "../api/server/read_route.ts";
import { EventFeed } from "./reads/event_feed.ts";
import { eventsRoute } from "./reads/events.ts";
import { HeavyReads } from "./reads/heavy_reads.ts";
import { historyRoute } from "./reads/history.ts";
import { logsRoute } from "./reads/logs.ts";
import { allMetricsRoute, metricsRoute } from "./reads/metrics.ts";
import { openapiRoute } from "./reads/openapi.ts";
import { processRoute } from "./reads/process.ts";
import { processesRoute } from "./reads/processes.ts";
import { reportRoute } from "./reads/report.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * Everything the supervisor can be asked that changes nothing; a new question is one more line.
 * It is loaded when somebody asks: a supervisor that nobody looks at has no memory for it.
 */
export function readsOf(supervisor: Supervisor): readonly ReadRoute[] {
  const events = new EventFeed(supervisor.root);
  supervisor.onRecorded(() => events.recorded());
  const context = { supervisor, events, heavy: new HeavyReads() };
  return [
    processesRoute,
    processRoute,
    logsRoute,
    historyRoute,
    metricsRoute,
    allMetricsRoute,
    eventsRoute,
    reportRoute,
    openapiRoute,
  ].map((route) => route(context));
}
