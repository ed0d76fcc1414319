import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** What a stop did, and what does not end. */
const answer = v.object({
  /** The id is `null` where an earlier supervisor has removed it for the same request. */
  stopped: v.array(v.object({ name: v.string(), tsm_id: v.nullable(v.number()) })),
  failed: v.array(failureSchema),
});

export type StopResponse = AnswerOf<typeof answer>;

/** Stops processes and, unless they are to be kept, removes their directories. */
export const stopMessage = message({
  name: "stop",
  summary: "Stop processes and, unless they are to be kept, remove them",
  schema: v.strictObject({
    selectors: selectorsSchema,
    /** Leave them on the list. */
    keep: v.boolean(),
    /** By SIGKILL at once; a stop that waits for one of them to end waits no longer. */
    kill: v.exactOptional(v.boolean()),
  }),
  answer,
});
