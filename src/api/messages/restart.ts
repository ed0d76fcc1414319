import * as v from "valibot";
import type { Meta } from "../../meta/metadata.ts";
import { environmentSchema } from "../environment.ts";
import { message } from "../message.ts";

/** The processes that were restarted, and those that could not be. */
export interface RestartResponse {
  readonly restarted: readonly Meta[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

/** Restarts processes, with a new environment if one is given. */
export const restartMessage = message<RestartResponse>()(
  "restart",
  v.strictObject({
    selectors: v.pipe(v.array(v.string()), v.minLength(1)),
    environment: v.exactOptional(environmentSchema),
  }),
);
