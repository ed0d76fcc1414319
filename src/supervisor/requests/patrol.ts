import { patrolMessage } from "../../api/messages/patrol.ts";
import { type Route, route } from "../../api/server.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Has patrol look over the root. */
export function patrolRoute(_supervisor: Supervisor, { rounds }: Service): Route {
  return route(patrolMessage, async ({ dry_run, kill_orphans }) => ({
    findings: await rounds.round({ dryRun: dry_run, killOrphans: kill_orphans }),
  }));
}
