import { stopMessage } from "../../api/messages/stop.ts";
import { type Route, route } from "../../api/server.ts";
import type { Supervisor } from "../supervisor.ts";

/** Stops what is selected, all at once, and answers when the last process is gone. */
export function stopRoute(supervisor: Supervisor): Route {
  return route(stopMessage, async ({ selectors, keep }) => {
    const selected = supervisor.select("stop", selectors);
    await Promise.all(selected.map((process) => process.stop(keep)));
    return { stopped: selected.map(({ meta: { name, tsm_id } }) => ({ name, tsm_id })) };
  });
}
