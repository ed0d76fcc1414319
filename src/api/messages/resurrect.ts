import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { metaSchema } from "../schemas/meta.ts";

/** What became of each process that was saved. */
const answer = v.object({
  resurrected: v.array(metaSchema),
  /** Names of those that were left alone, because they run. */
  running: v.array(v.string()),
  /** Names of those that were saved as stopped, and are. */
  stopped: v.array(v.string()),
  failed: v.array(failureSchema),
  /** Why not the last list was used, if so. */
  warning: v.exactOptional(v.string()),
});

export type ResurrectResponse = AnswerOf<typeof answer>;

/** Brings back the processes that are saved and do not run. */
export const resurrectMessage = message({
  name: "resurrect",
  summary: "Bring back the processes that are saved and do not run",
  schema: v.strictObject({}),
  answer,
});
