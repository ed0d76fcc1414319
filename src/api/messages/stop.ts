import * as v from "valibot";
import { message } from "../message.ts";

/** What a stop did. */
export interface StopResponse {
  readonly stopped: readonly { readonly name: string; readonly tsm_id: number }[];
}

/** Stops processes and, unless they are to be kept, removes their directories. */
export const stopMessage = message<StopResponse>()(
  "stop",
  v.strictObject({ selectors: v.pipe(v.array(v.string()), v.minLength(1)), keep: v.boolean() }),
);
