/**
 * `meta.json`: the state of one process, small enough to read with `cat`.
 *
 * Format: the fields of the source document in its order, `null` where absent,
 * then `pid_start`, then fields that are only there when set.
 *
 * @module
 */
import * as v from "valibot";
import { replaceFile } from "../files/replace_file.ts";
import { describeIssues } from "../files/describe_issues.ts";
import { isValidName, processPaths, type RuntimeRoot } from "../root.ts";

/** What a process is doing. `waiting` is the pause before a restart. */
export const STATUSES = [
  "launching",
  "online",
  "stopping",
  "stopped",
  "waiting",
  "errored",
] as const;

/** What an interrupted operation was about to do; the next supervisor finishes it. */
export const INTENTS = ["start", "restart", "stop", "delete", "migrate"] as const;

export type Status = typeof STATUSES[number];
export type Intent = typeof INTENTS[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const pid = v.pipe(v.number(), v.integer(), v.minValue(1));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

const metaSchema = v.object({
  tsm_id: pid,
  name: v.pipe(v.string(), v.check(isValidName, "not a valid name")),
  pid: v.nullable(pid),
  command: v.string(),
  cwd: v.string(),
  interpreter: v.nullable(v.string()),
  port: v.nullable(port),
  status: v.picklist(STATUSES),
  /** Epoch seconds. */
  start_time: v.nullable(v.number()),
  restarts: count,
  unstable_restarts: count,
  env_file: v.nullable(v.string()),
  /** Clock ticks from boot to the start of `pid`: field 22 of `/proc/PID/stat`. */
  pid_start: v.nullable(count),
  exit_code: v.exactOptional(v.number()),
  exit_signal: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  /** Epoch seconds of the next try, while `waiting`. */
  retry_at: v.exactOptional(v.number()),
  intent: v.exactOptional(v.picklist(INTENTS)),
});

/** The state of one process, as `meta.json` holds it. */
export type Meta = Readonly<v.InferOutput<typeof metaSchema>>;

/**
 * Reads the text of a `meta.json`.
 *
 * @throws {Deno.errors.InvalidData} saying which field is wrong.
 *
 * @example
 * ```ts
 * import { parseMeta } from "./metadata.ts";
 *
 * const meta = parseMeta(Deno.readTextFileSync("runtime/processes/api/meta.json"));
 * console.log(meta.status);
 * ```
 */
export function parseMeta(text: string): Meta {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(metaSchema, value);
  if (!result.success) throw new Deno.errors.InvalidData(describeIssues(result.issues));
  return result.output;
}

/** Puts `meta` into the text of a `meta.json`, its fields in the order of the format. */
export function formatMeta(meta: Meta): string {
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(metaSchema.entries)) {
    const value = meta[key as keyof Meta];
    if (value !== undefined) ordered[key] = value;
  }
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/**
 * Reads the `meta.json` of the process `name`.
 *
 * @throws {Deno.errors.NotFound} if there is none.
 * @throws {Deno.errors.InvalidData} if it is damaged or names another process.
 */
export function readMeta(root: RuntimeRoot, name: string): Meta {
  const meta = parseMeta(Deno.readTextFileSync(processPaths(root, name).meta));
  if (meta.name !== name) {
    throw new Deno.errors.InvalidData(`it names another process: '${meta.name}'`);
  }
  return meta;
}

/** Writes the `meta.json` of the process it names. */
export function writeMeta(root: RuntimeRoot, meta: Meta): void {
  replaceFile(processPaths(root, meta.name).meta, formatMeta(meta));
}
