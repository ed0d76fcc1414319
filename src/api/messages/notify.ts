import * as v from "valibot";
import { message } from "../message.ts";

/** What came of trying the commands for events. */
const answer = v.object({
  tests: v.array(v.object({
    /** The process; `null`: the supervisor itself. */
    name: v.nullable(v.string()),
    command: v.string(),
    exit_code: v.nullable(v.number()),
    exit_signal: v.nullable(v.string()),
    /** The end of what it printed. */
    output: v.string(),
    /** What is wrong with it, if anything. */
    problem: v.exactOptional(v.string()),
  })),
});

/** What came of it. */
export type NotifyResponse = v.InferOutput<typeof answer>;

/** Runs the commands for events of processes once; without selectors those set for all. */
export const notifyMessage = message({
  name: "notify",
  summary: "Try the commands for events of processes; without selectors those set for all",
  schema: v.strictObject({ selectors: v.array(v.string()) }),
  answer,
});
