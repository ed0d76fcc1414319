import type { Failure } from "../../api/failure.ts";
import { flushMessage } from "../../api/messages/flush.ts";
import { type Route, route } from "../../api/server/server.ts";
import { noteFailure } from "../note_failure.ts";
import type { Supervisor } from "../supervisor.ts";

/** Empties the current logs of what is selected; one that fails does not hold up the others. */
export function flushRoute(supervisor: Supervisor): Route {
  return route(flushMessage, async ({ selectors }) => {
    const flushed: string[] = [];
    const failed: Failure[] = [];
    for (const process of supervisor.select("flush", selectors)) {
      const { name } = process.meta;
      await noteFailure(failed, name, async () => {
        await supervisor.logKeeper.flush(process);
        flushed.push(name);
      });
    }
    return { flushed, failed };
  });
}
