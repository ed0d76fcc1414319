import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";

/** What a shutdown ended. */
const answer = v.object({
  pid: v.number(),
  /** Names of the processes it stopped. */
  stopped: v.array(v.string()),
  /** What did not end; the next supervisor goes on with it. */
  failed: v.array(failureSchema),
});

export type ShutdownResponse = AnswerOf<typeof answer>;

/** Ends the supervisor, its processes first unless they are to run on. */
export const shutdownMessage = message({
  name: "shutdown",
  summary: "End the supervisor, its processes first unless they are to run on",
  schema: v.strictObject({ keep_processes: v.boolean() }),
  answer,
});
