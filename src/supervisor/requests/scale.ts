import { scaleMessage } from "../../api/messages/scale.ts";
import { type Route, route } from "../../api/server/server.ts";
import { withContext } from "../../errors.ts";
import { findApp } from "../scaling/instances.ts";
import { scale } from "../scaling/scale.ts";
import type { Supervisor } from "../supervisor.ts";
import { SerialQueue } from "../../async/serial_queue.ts";

/** Changes how many instances an app has, one request after another. */
export function scaleRoute(supervisor: Supervisor): Route {
  const turns = new SerialQueue();
  return route(scaleMessage, ({ selector, relative, number }) =>
    turns.run(async () => {
      const instances = findApp(supervisor, "scale", selector);
      try {
        return await scale(supervisor, instances, { relative, number });
      } catch (error) {
        throw withContext(`Cannot scale '${selector}'`, error);
      }
    }));
}
