import * as v from "valibot";
import type { Meta } from "../../meta/metadata.ts";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";

/** What a scaling did. */
export interface ScaleResponse {
  /** What the instances are called, without port or number. */
  readonly app: string;
  /** How many it is meant to have now. */
  readonly instances: number;
  readonly started: readonly Meta[];
  readonly stopped: readonly string[];
  readonly failed: readonly Failure[];
}

/** Changes how many instances an app has. */
export const scaleMessage = message<ScaleResponse>()(
  "scale",
  v.strictObject({
    selector: v.string(),
    /** Whether `number` is how many there are to be, or how many more or fewer. */
    relative: v.boolean(),
    number: v.pipe(v.number(), v.integer(), v.minValue(-1000), v.maxValue(1000)),
  }),
);
