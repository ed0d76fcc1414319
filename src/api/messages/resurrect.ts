import * as v from "valibot";
import type { Meta } from "../../meta/metadata.ts";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";

/** What became of each process that was saved. */
export interface ResurrectResponse {
  readonly resurrected: readonly Meta[];
  /** Names of those that were left alone, because they run. */
  readonly running: readonly string[];
  /** Names of those that were saved as stopped, and are. */
  readonly stopped: readonly string[];
  readonly failed: readonly Failure[];
  /** Why not the last list was used, if so. */
  readonly warning?: string;
}

/** Brings back the processes that are saved and do not run. */
export const resurrectMessage = message<ResurrectResponse>()("resurrect", v.strictObject({}));
