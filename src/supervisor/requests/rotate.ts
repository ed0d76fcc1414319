import type { Failure } from "../../api/failure.ts";
import { rotateMessage } from "../../api/messages/rotate.ts";
import { type Route, route } from "../../api/server/server.ts";
import { noteFailure } from "../note_failure.ts";
import type { Supervisor } from "../supervisor.ts";

/** Rotates the logs of what is selected; one that fails does not hold up the others. */
export function rotateRoute(supervisor: Supervisor): Route {
  return route(rotateMessage, async ({ selectors }) => {
    const rotated: { name: string; files: readonly string[] }[] = [];
    const failed: Failure[] = [];
    for (const process of supervisor.select("rotate logs of", selectors)) {
      const { name } = process.meta;
      await noteFailure(failed, name, async () => {
        rotated.push({ name, files: await supervisor.logKeeper.rotate(process) });
      });
    }
    return { rotated, failed };
  });
}
