import * as v from "valibot";
import { message } from "../message.ts";
import { TOKEN_KINDS } from "../token_kind.ts";

/** A token that opens one part of the control API for reading. */
export interface TokenResponse {
  readonly token: string;
  /** The file it lies in, below the root. */
  readonly path: string;
}

/** Asks for a lasting token; `renew` makes a new one, and the old one no longer opens anything. */
export const tokenMessage = message<TokenResponse>()(
  "token",
  v.strictObject({ kind: v.picklist(TOKEN_KINDS), renew: v.boolean() }),
);
