import * as v from "valibot";
import type { Failure } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose logs were rotated, and those whose could not be. */
export interface RotateResponse {
  /** The names of the new files; none where the logs were empty. */
  readonly rotated: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly failed: readonly Failure[];
}

/** Rotates logs now. */
export const rotateMessage = message<RotateResponse>()(
  "rotate",
  v.strictObject({ selectors: selectorsSchema }),
);
