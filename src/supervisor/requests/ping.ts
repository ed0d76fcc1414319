import { pingMessage } from "../../api/messages/ping.ts";
import { type Route, route } from "../../api/server/server.ts";
import { VERSION } from "../../version.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Answers that the supervisor is there. */
export function pingRoute(supervisor: Supervisor, service: Service): Route {
  return route(pingMessage, () => ({
    pid: Deno.pid,
    version: VERSION,
    started: service.started,
    foreground: service.foreground,
    processes: supervisor.processes.length,
    ...supervisor.shortage,
  }));
}
