import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { message } from "../message.ts";
import { healthSchema } from "../schemas/health.ts";

/** By name; a process that has no check or does not run has no entry. */
const answer = v.object({ health: v.record(v.string(), healthSchema) });

export type HealthResponse = AnswerOf<typeof answer>;

/** Asks for the health of all processes. */
export const healthMessage = message({
  name: "health",
  summary: "Tell the health of the processes that have a check",
  schema: v.strictObject({}),
  answer,
});
