import { patrolMessage } from "../../api/messages/patrol.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Has patrol look over the root, and the keeper of the logs over them. */
export function patrolRoute(supervisor: Supervisor, { rounds }: Service): Route {
  return route(patrolMessage, async ({ dry_run, kill_orphans }) => {
    // Without it, a log that was deleted would be noticed only some ticks later.
    if (!dry_run) supervisor.logKeeper.tick(supervisor.processes);
    return { findings: await rounds.round({ dryRun: dry_run, killOrphans: kill_orphans }) };
  });
}
