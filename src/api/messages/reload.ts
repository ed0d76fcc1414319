import type { Meta } from "../../meta/metadata.ts";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";
import { restartRequestSchema } from "../restart_request.ts";

/** The processes that were reloaded, and what kept others from it. */
export interface ReloadResponse {
  readonly reloaded: readonly Meta[];
  readonly failed: readonly Failure[];
}

/** Restarts processes one instance after another, with a new environment if one is given. */
export const reloadMessage = message<ReloadResponse>()("reload", restartRequestSchema);
