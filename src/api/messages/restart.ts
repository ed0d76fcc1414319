import type { Meta } from "../../meta/metadata.ts";
import { message } from "../message.ts";
import { restartRequestSchema } from "../restart_request.ts";

/** The processes that were restarted, and those that could not be. */
export interface RestartResponse {
  readonly restarted: readonly Meta[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

/** Restarts processes, with a new environment if one is given. */
export const restartMessage = message<RestartResponse>()("restart", restartRequestSchema);
