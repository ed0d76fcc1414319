import * as v from "valibot";
import { FINDING_KINDS } from "../../patrol/finding.ts";
import { message } from "../message.ts";

/** What patrol found and did. */
const answer = v.object({
  findings: v.array(v.object({
    kind: v.picklist(FINDING_KINDS),
    /** The process it concerns, as far as that is known. */
    name: v.string(),
    pid: v.exactOptional(v.nullable(v.number())),
    /** The file or directory; `null` for a process. */
    path: v.nullable(v.string()),
    /** What is wrong. */
    found: v.string(),
    /** What is done about it. */
    remedy: v.string(),
    /** Whether it was done: not in a dry run, nor where it failed. */
    done: v.boolean(),
    /** Why it failed. */
    failed: v.exactOptional(v.string()),
  })),
});

/** Has patrol look over the root. */
export const patrolMessage = message({
  name: "patrol",
  summary: "Find and mend what is wrong below the root",
  schema: v.strictObject({
    /** Only say what is wrong. */
    dry_run: v.boolean(),
    /** End processes of this root that nobody manages any more. */
    kill_orphans: v.boolean(),
  }),
  answer,
});
