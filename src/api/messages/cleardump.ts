import * as v from "valibot";
import { message } from "../message.ts";

/** What clearing did. */
const answer = v.object({
  /** Whether anything was saved. */
  cleared: v.boolean(),
});

/** Forgets the saved list. */
export const cleardumpMessage = message({
  name: "cleardump",
  summary: "Forget the saved list",
  schema: v.strictObject({}),
  answer,
});
