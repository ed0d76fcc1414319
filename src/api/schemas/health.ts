import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";

/** How a process that has a health check is doing. */
export const healthSchema = v.object({
  /** `starting`: it has not been healthy yet. */
  status: v.picklist(["starting", "healthy", "unhealthy"]),
  /** Epoch seconds of the last check. */
  checked_at: v.nullable(v.number()),
  /** How often in a row it has failed. */
  failures: v.number(),
  /** What was wrong at the last check. */
  reason: v.nullable(v.string()),
});

export type HealthState = AnswerOf<typeof healthSchema>;
