import { healthMessage } from "../../api/messages/health.ts";
import type { HealthState } from "../../api/schemas/health.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Supervisor } from "../supervisor.ts";

/** Tells the health of the processes that have a check. */
export function healthRoute(supervisor: Supervisor): Route {
  return route(healthMessage, () => {
    const health: Record<string, HealthState> = {};
    for (const process of supervisor.processes) {
      if (process.health) health[process.meta.name] = process.health;
    }
    return { health };
  });
}
