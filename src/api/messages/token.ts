import * as v from "valibot";
import { message } from "../message.ts";
import { TOKEN_KINDS } from "../token_kind.ts";

/** A token that opens one part of the control API for reading. */
const answer = v.object({
  token: v.string(),
  /** The file it lies in, below the root. */
  path: v.string(),
});

/** Asks for a lasting token; `renew` makes a new one, and the old one no longer opens anything. */
export const tokenMessage = message({
  name: "token",
  summary: "Tell a lasting token that may only read; renew withdraws the present one",
  schema: v.strictObject({ kind: v.picklist(TOKEN_KINDS), renew: v.boolean() }),
  answer,
});
