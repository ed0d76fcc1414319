import * as v from "valibot";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** What a stop did, and what does not end. */
export interface StopResponse {
  /** The id is `null` where an earlier supervisor has removed it for the same request. */
  readonly stopped: readonly { readonly name: string; readonly tsm_id: number | null }[];
  readonly failed: readonly Failure[];
}

/**
 * Stops processes and, unless they are to be kept, removes their directories.
 *
 * `kill`: by SIGKILL at once; a stop that waits for one of them to end waits no longer.
 */
export const stopMessage = message<StopResponse>()(
  "stop",
  v.strictObject({
    selectors: selectorsSchema,
    keep: v.boolean(),
    kill: v.exactOptional(v.boolean()),
  }),
);
