import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes that got the text. */
const answer = v.object({ sent: v.array(v.string()) });

/** Writes a text to the standard input of processes. */
export const sendMessage = message({
  name: "send",
  summary: "Write a text to the standard input of processes",
  schema: v.strictObject({ text: v.string(), selectors: selectorsSchema }),
  answer,
});
