import * as v from "valibot";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes that got the signal. */
const answer = v.object({ signalled: v.array(v.object({ name: v.string(), pid: v.number() })) });

/** Sends a signal to the processes themselves, not to their children. */
export const signalMessage = message({
  name: "signal",
  summary: "Send a signal to processes, not to their children",
  schema: v.strictObject({ signal: v.string(), selectors: selectorsSchema }),
  answer,
});
