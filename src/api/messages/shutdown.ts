import * as v from "valibot";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";

/** What a shutdown ended. */
export interface ShutdownResponse {
  readonly pid: number;
  /** Names of the processes it stopped. */
  readonly stopped: readonly string[];
  /** What did not end; the next supervisor goes on with it. */
  readonly failed: readonly Failure[];
}

/** Ends the supervisor, its processes first unless they are to run on. */
export const shutdownMessage = message<ShutdownResponse>()(
  "shutdown",
  v.strictObject({ keep_processes: v.boolean() }),
);
