import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose counters are zero now. */
export interface ResetResponse {
  readonly reset: readonly string[];
}

/** Sets the restart counters of processes to zero. */
export const resetMessage = message<ResetResponse>()(
  "reset",
  v.strictObject({ selectors: selectorsSchema }),
);
