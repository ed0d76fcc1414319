import * as v from "valibot";
import type { AnswerOf } from "../answer.ts";
import { shortageSchema } from "../shortage.ts";
import { message } from "../message.ts";

/** What a supervisor says of itself. */
const answer = v.object({
  pid: v.number(),
  version: v.string(),
  /** Epoch seconds. */
  started: v.number(),
  /** Whether a service manager or a person watches it. */
  foreground: v.boolean(),
  /** How many processes it manages. */
  processes: v.number(),
  shortage: v.exactOptional(shortageSchema),
});

export type PingResponse = AnswerOf<typeof answer>;

/** Asks whether the supervisor answers. */
export const pingMessage = message({
  name: "ping",
  summary: "Tell that the supervisor is there, and of which version",
  schema: v.strictObject({}),
  answer,
});
