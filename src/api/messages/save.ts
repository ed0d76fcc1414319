import * as v from "valibot";
import { message } from "../message.ts";

/** What was saved. */
export interface SaveResponse {
  /** How many processes the list has. */
  readonly saved: number;
  /** What the user should know of the list that was there. */
  readonly warning?: string;
}

/** Saves the list of processes. */
export const saveMessage = message<SaveResponse>()(
  "save",
  v.strictObject({
    /** Replace a full list by an empty one. */
    force: v.boolean(),
  }),
);
