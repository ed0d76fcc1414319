import { resetMessage } from "../../api/messages/reset.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Supervisor } from "../supervisor.ts";

/** Sets the counters of what is selected to zero. */
export function resetRoute(supervisor: Supervisor): Route {
  return route(resetMessage, async ({ selectors }) => {
    const selected = supervisor.select("reset", selectors);
    await Promise.all(selected.map((process) => process.reset()));
    return { reset: selected.map(({ meta }) => meta.name) };
  });
}
