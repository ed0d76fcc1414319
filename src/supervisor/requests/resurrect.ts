import { resurrectMessage } from "../../api/messages/resurrect.ts";
import { type Route, route } from "../../api/server/server.ts";
import { enlistSaved, launchEnlisted } from "../start/resurrect.ts";
import type { Supervisor } from "../supervisor.ts";

/** Brings back what is saved and does not run. */
export function resurrectRoute(supervisor: Supervisor): Route {
  return route(resurrectMessage, async () => {
    const enlisted = await enlistSaved(supervisor);
    if (enlisted === undefined) {
      throw new Deno.errors.NotFound(
        "Cannot resurrect: nothing is saved; 'tsm save' saves the list of processes",
      );
    }
    return await launchEnlisted(supervisor, enlisted);
  });
}
