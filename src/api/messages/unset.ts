import * as v from "valibot";
import { message } from "../message.ts";

/** What unsetting did. */
const answer = v.object({
  /** Whether the setting was stored. */
  removed: v.boolean(),
});

/** Forgets a setting, so that it is its default again. */
export const unsetMessage = message({
  name: "unset",
  summary: "Forget a setting, so that it is its default again",
  schema: v.strictObject({ key: v.string() }),
  answer,
});
