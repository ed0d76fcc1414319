import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { metaSchema } from "../schemas/meta.ts";

/** What a scaling did. */
const answer = v.object({
  /** What the instances are called, without port or number. */
  app: v.string(),
  /** How many it is meant to have now. */
  instances: v.number(),
  started: v.array(metaSchema),
  stopped: v.array(v.string()),
  failed: v.array(failureSchema),
});

export type ScaleResponse = AnswerOf<typeof answer>;

/** Changes how many instances an app has. */
export const scaleMessage = message({
  name: "scale",
  summary: "Change how many instances an app has",
  schema: v.strictObject({
    selector: v.string(),
    /** Whether `number` is how many there are to be, or how many more or fewer. */
    relative: v.boolean(),
    number: v.pipe(v.number(), v.integer(), v.minValue(-1000), v.maxValue(1000)),
  }),
  answer,
});
