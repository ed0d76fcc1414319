import type { Route } from "../api/server.ts";
import { flushRoute } from "./requests/flush.ts";
import { pingRoute } from "./requests/ping.ts";
import { restartRoute } from "./requests/restart.ts";
import { rotateRoute } from "./requests/rotate.ts";
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
    flushRoute,
    pingRoute,
    restartRoute,
    rotateRoute,
    shutdownRoute,
    signalRoute,
    startRoute,
    statsRoute,
    stopRoute,
  ].map((route) => route(supervisor, service));
}
