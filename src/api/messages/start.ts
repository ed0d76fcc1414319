import * as v from "valibot";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import { settingsSchema } from "../../settings/value_schema.ts";
import { sentEnvironmentSchema } from "../environment.ts";
import type { AnswerOf } from "../answer.ts";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { metaSchema } from "../schemas/meta.ts";
import { shortageSchema } from "../shortage.ts";

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

const definition: v.GenericSchema<unknown, ProcessDefinition> = v.strictObject({
  words: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(4096)),
  name: v.exactOptional(v.string()),
  cwd: v.pipe(v.string(), v.startsWith("/")),
  port: v.exactOptional(v.union([v.literal("auto"), port])),
  interpreter: v.exactOptional(v.string()),
  explicit: sentEnvironmentSchema,
  settings: settingsSchema,
});

const schema = v.strictObject({
  /** The whole environment of the command line. */
  environment: sentEnvironmentSchema,
  /**
   * The processes to be started. The words of a single one that is nothing else may select
   * processes that are there; `all` means those that do not run.
   */
  definitions: v.pipe(v.array(definition), v.maxLength(10_000)),
  /** What becomes of one that runs already. */
  if_running: v.picklist(["refuse", "leave", "restart"]),
  /** Instances of an app that run are restarted one after another, each when the last one serves. */
  rolling: v.exactOptional(v.boolean()),
  /**
   * Who asks for them. Of a new process that a command asked for nothing is left where it could
   * not be launched; what a file lists stays listed, with the reason.
   */
  source: v.picklist(["command", "file"]),
  /** Milliseconds to wait until each is ready; 0: only where its `wait_ready` asks for it. */
  wait: v.pipe(v.number(), v.minValue(0)),
  /** A command that ends in its first moments is no failure: it is run for its end. */
  may_end: v.exactOptional(v.boolean()),
});

export type StartRequest = v.InferOutput<typeof schema>;

/** Why a process was not started, or not as it should be. */
const startFailure = v.object({
  ...failureSchema.entries,
  /** Which kind of error it is, as `api/errors.ts` names them. */
  kind: v.string(),
});

export type StartFailure = AnswerOf<typeof startFailure>;

/** What became of the processes that were to be started. */
const answer = v.object({
  started: v.array(metaSchema),
  /** They ran already. */
  unchanged: v.array(v.string()),
  failed: v.array(startFailure),
  /** The path of a program or file that is called as the processes are that were started. */
  passed_over: v.exactOptional(v.string()),
  shortage: v.exactOptional(shortageSchema),
});

export type StartResponse = AnswerOf<typeof answer>;

/** Starts processes, in the order their dependencies and priorities ask for. */
export const startMessage = message({
  name: "start",
  summary: "Start processes, in the order their dependencies and priorities ask for",
  schema,
  answer,
});
