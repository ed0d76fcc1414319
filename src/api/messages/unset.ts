import * as v from "valibot";
import { message } from "../message.ts";

/** What unsetting did. */
export interface UnsetResponse {
  /** Whether the setting was stored. */
  readonly removed: boolean;
}

/** Forgets a setting, so that it is its default again. */
export const unsetMessage = message<UnsetResponse>()("unset", v.strictObject({ key: v.string() }));
