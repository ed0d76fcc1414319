import * as v from "valibot";
import type { Meta } from "../../meta/metadata.ts";
import { settingsSchema } from "../../settings/value_schema.ts";
import { environmentSchema } from "../environment.ts";
import { message } from "../message.ts";

/** One process; of an app with several instances, one instance. */
const definition = v.strictObject({
  /** A command, or a file. */
  words: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(4096)),
  /** Without its port or number; made from the command where there is none. */
  name: v.exactOptional(v.string()),
  /** Absolute. */
  cwd: v.pipe(v.string(), v.startsWith("/")),
  port: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))),
  interpreter: v.exactOptional(v.string()),
  /** What its configuration sets, over the environment of the command line. */
  explicit: environmentSchema,
  settings: settingsSchema,
});

const schema = v.strictObject({
  /** The whole environment of the command line. */
  environment: environmentSchema,
  definitions: v.pipe(v.array(definition), v.maxLength(10_000)),
  /** Restart those that run. */
  force: v.boolean(),
  /** Milliseconds to wait until each is ready; 0: only where its `wait_ready` asks for it. */
  wait: v.pipe(v.number(), v.minValue(0)),
});

export type StartAllRequest = v.InferOutput<typeof schema>;

/** What became of each definition. */
export interface StartAllResponse {
  readonly started: readonly Meta[];
  /** They ran already. */
  readonly unchanged: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
}

/** Starts many processes, in the order their dependencies and priorities ask for. */
export const startAllMessage = message<StartAllResponse>()("start_all", schema);
