import * as v from "valibot";
import { message } from "../message.ts";

/** The processes whose counters are zero now. */
export interface ResetResponse {
  readonly reset: readonly string[];
}

/** Sets the restart counters of processes to zero. */
export const resetMessage = message<ResetResponse>()(
  "reset",
  v.strictObject({ selectors: v.pipe(v.array(v.string()), v.minLength(1)) }),
);
