import { startAllMessage } from "../../api/messages/start_all.ts";
import { type Route, route } from "../../api/server.ts";
import { startAll } from "../start/start_all.ts";
import type { Supervisor } from "../supervisor.ts";

/** Starts many processes in their order. */
export function startAllRoute(supervisor: Supervisor): Route {
  return route(startAllMessage, (request) => startAll(supervisor, request));
}
