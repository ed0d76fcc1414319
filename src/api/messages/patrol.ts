import * as v from "valibot";
import type { Finding } from "../../patrol/finding.ts";
import { message } from "../message.ts";

/** What patrol found and did. */
export interface PatrolResponse {
  readonly findings: readonly Finding[];
}

/** Has patrol look over the root. */
export const patrolMessage = message<PatrolResponse>()(
  "patrol",
  v.strictObject({ dry_run: v.boolean(), kill_orphans: v.boolean() }),
);
