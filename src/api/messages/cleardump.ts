import * as v from "valibot";
import { message } from "../message.ts";

/** What clearing did. */
export interface CleardumpResponse {
  /** Whether anything was saved. */
  readonly cleared: boolean;
}

/** Forgets the saved list. */
export const cleardumpMessage = message<CleardumpResponse>()("cleardump", v.strictObject({}));
