import type { Route } from "../api/server.ts";
import { patrolRoute } from "./requests/patrol.ts";
import { pingRoute } from "./requests/ping.ts";
import { resetRoute } from "./requests/reset.ts";
import { restartRoute } from "./requests/restart.ts";
import { shutdownRoute } from "./requests/shutdown.ts";
import { signalRoute } from "./requests/signal.ts";
import { startRoute } from "./requests/start.ts";
import { statsRoute } from "./requests/stats.ts";
import { stopRoute } from "./requests/stop.ts";
import type { Service } from "./service.ts";
import type { Supervisor } from "./supervisor.ts";

/** Everything the supervisor can be asked; a new request is one more line. */
export function routesOf(supervisor: Supervisor, service: Service): readonly Route[] {
  return [
    patrolRoute,
    pingRoute,
    resetRoute,
    restartRoute,
    shutdownRoute,
    signalRoute,
    startRoute,
    statsRoute,
    stopRoute,
  ].map((route) => route(supervisor, service));
}
