import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose counters are zero now. */
const answer = v.object({ reset: v.array(v.string()) });

/** Sets the restart counters of processes to zero. */
export const resetMessage = message({
  name: "reset",
  summary: "Set the restart counters of processes to zero",
  schema: v.strictObject({ selectors: selectorsSchema }),
  answer,
});
