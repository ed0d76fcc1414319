import * as v from "valibot";
import type { Meta } from "../../meta/metadata.ts";
import { settingsSchema } from "../../settings/value_schema.ts";
import { environmentSchema } from "../environment.ts";
import { message } from "../message.ts";

const schema = v.strictObject({
  /** What the user typed: a command, a file, or the name of a process. */
  words: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(4096)),
  name: v.exactOptional(v.string()),
  /** Absolute. */
  cwd: v.pipe(v.string(), v.startsWith("/")),
  /** Set if the user chose `cwd`, rather than merely being there. */
  port: v.exactOptional(
    v.union([v.literal("auto"), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))]),
  ),
  interpreter: v.exactOptional(v.string()),
  /** The whole environment of the command line. */
  environment: environmentSchema,
  /** What `--env` set. */
  explicit: environmentSchema,
  settings: settingsSchema,
  /** Restart it if it runs. */
  force: v.boolean(),
  /** Milliseconds to wait until it is ready; 0: not at all. */
  wait: v.pipe(v.number(), v.minValue(0)),
  /** A command that ends in its first moments is no failure: it is run for its end. */
  may_end: v.exactOptional(v.boolean()),
});

export type StartRequest = v.InferOutput<typeof schema>;

/** The processes that were started. */
export interface StartResponse {
  readonly started: readonly Meta[];
}

/** Starts a command, or a stopped process by its name. */
export const startMessage = message<StartResponse>()("start", schema);
