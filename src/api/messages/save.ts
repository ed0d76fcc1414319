import * as v from "valibot";
import { message } from "../message.ts";

/** What was saved. */
const answer = v.object({
  /** How many processes the list has. */
  saved: v.number(),
  /** What the user should know of the list that was there. */
  warning: v.exactOptional(v.string()),
});

/** Saves the list of processes. */
export const saveMessage = message({
  name: "save",
  summary: "Save the list of processes",
  schema: v.strictObject({
    /** Replace a full list by an empty one. */
    force: v.boolean(),
  }),
  answer,
});
