import { statsMessage } from "../../api/messages/stats.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Supervisor } from "../supervisor.ts";

/** Answers what the processes use. */
export function statsRoute(supervisor: Supervisor): Route {
  return route(statsMessage, async () => ({ stats: await supervisor.stats() }));
}
