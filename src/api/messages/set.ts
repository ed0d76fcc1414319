import * as v from "valibot";
import { message } from "../message.ts";

/** The setting as it is now. */
export interface SetResponse {
  readonly key: string;
  readonly value: unknown;
}

/** Stores a setting. */
export const setMessage = message<SetResponse>()(
  "set",
  v.strictObject({ key: v.string(), value: v.unknown() }),
);
