import * as v from "valibot";
import { message } from "../message.ts";

/** The setting as it is now. */
const answer = v.object({ key: v.string(), value: v.unknown() });

/** Stores a setting. */
export const setMessage = message({
  name: "set",
  summary: "Store a setting of the supervisor, or another default",
  schema: v.strictObject({ key: v.string(), value: v.unknown() }),
  answer,
});
