import type { Meta } from "../../meta/metadata.ts";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";
import { restartRequestSchema } from "../restart_request.ts";

/** The processes that were restarted, and those that could not be. */
export interface RestartResponse {
  readonly restarted: readonly Meta[];
  readonly failed: readonly Failure[];
}

/** Restarts processes, with a new environment if one is given. */
export const restartMessage = message<RestartResponse>()("restart", restartRequestSchema);
