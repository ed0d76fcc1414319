import * as v from "valibot";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose logs were emptied, and those whose could not be. */
export interface FlushResponse {
  readonly flushed: readonly string[];
  readonly failed: readonly Failure[];
}

/** Empties the current logs of processes. */
export const flushMessage = message<FlushResponse>()(
  "flush",
  v.strictObject({ selectors: selectorsSchema }),
);
