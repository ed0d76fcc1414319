import * as v from "valibot";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose logs were emptied, and those whose could not be. */
const answer = v.object({ flushed: v.array(v.string()), failed: v.array(failureSchema) });

/** Empties the current logs of processes. */
export const flushMessage = message({
  name: "flush",
  summary: "Empty the current logs of processes",
  schema: v.strictObject({ selectors: selectorsSchema }),
  answer,
});
