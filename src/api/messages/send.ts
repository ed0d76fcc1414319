import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes that got the text. */
export interface SendResponse {
  readonly sent: readonly string[];
}

/** Writes a text to the standard input of processes. */
export const sendMessage = message<SendResponse>()(
  "send",
  v.strictObject({ text: v.string(), selectors: selectorsSchema }),
);
