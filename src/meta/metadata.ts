/**
 * `meta.json`: the state of one process, small enough to read with `cat`.
 *
 * Format: the fields of the source document in its order, `null` where absent,
 * then `pid_start`, then fields that are only there when set.
 *
 * @module
 */
import { replaceFile } from "../files/replace_file.ts";
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

/** The state of one process, as `meta.json` holds it. */
export interface Meta {
  readonly tsm_id: number;
  readonly name: string;
  readonly pid: number | null;
  readonly command: string;
  readonly cwd: string;
  readonly interpreter: string | null;
  readonly port: number | null;
  readonly status: Status;
  /** Epoch seconds. */
  readonly start_time: number | null;
  readonly restarts: number;
  readonly unstable_restarts: number;
  readonly env_file: string | null;
  /** Clock ticks from boot to the start of `pid`: field 22 of `/proc/PID/stat`. */
  readonly pid_start: number | null;
  readonly exit_code?: number;
  readonly exit_signal?: string;
  /** Of the last exit, or of the status. */
  readonly reason?: string;
  /** Epoch seconds of the next try, while `waiting`. */
  readonly retry_at?: number;
  readonly intent?: Intent;
}

/** What a field may hold. */
interface Field {
  readonly key: keyof Meta;
  readonly kind: keyof typeof EXPECTED;
  readonly orNull?: true;
  readonly optional?: true;
}

const EXPECTED = {
  count: "a whole number",
  id: "a whole number from 1",
  port: "a port number",
  number: "a number",
  string: "a string",
  name: "a valid name",
  status: `one of ${STATUSES.join(", ")}`,
  intent: `one of ${INTENTS.join(", ")}`,
} as const;

// Checked by hand, plainly: with a schema library `tsm ls` took half as long again.
/** The fields in the order of the format. */
const FIELDS: readonly Field[] = [
  { key: "tsm_id", kind: "id" },
  { key: "name", kind: "name" },
  { key: "pid", kind: "id", orNull: true },
  { key: "command", kind: "string" },
  { key: "cwd", kind: "string" },
  { key: "interpreter", kind: "string", orNull: true },
  { key: "port", kind: "port", orNull: true },
  { key: "status", kind: "status" },
  { key: "start_time", kind: "number", orNull: true },
  { key: "restarts", kind: "count" },
  { key: "unstable_restarts", kind: "count" },
  { key: "env_file", kind: "string", orNull: true },
  { key: "pid_start", kind: "count", orNull: true },
  { key: "exit_code", kind: "number", optional: true },
  { key: "exit_signal", kind: "string", optional: true },
  { key: "reason", kind: "string", optional: true },
  { key: "retry_at", kind: "number", optional: true },
  { key: "intent", kind: "intent", optional: true },
];

function fits(field: Field, value: unknown): boolean {
  if (value === null) return field.orNull === true;
  if (value === undefined) return field.optional === true;
  switch (field.kind) {
    case "string":
      return typeof value === "string";
    case "number":
      return Number.isFinite(value);
    case "count":
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case "id":
      return Number.isSafeInteger(value) && (value as number) >= 1;
    case "port":
      return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
    case "name":
      return typeof value === "string" && isValidName(value);
    case "status":
      return (STATUSES as readonly unknown[]).includes(value);
    case "intent":
      return (INTENTS as readonly unknown[]).includes(value);
  }
}

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
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Deno.errors.InvalidData("not a JSON object");
  }
  for (const field of FIELDS) {
    const given = (value as Record<string, unknown>)[field.key];
    if (fits(field, given)) continue;
    const found = given === undefined ? "nothing" : JSON.stringify(given);
    const expected = `${EXPECTED[field.kind]}${field.orNull ? " or null" : ""}`;
    throw new Deno.errors.InvalidData(`${field.key}: expected ${expected}, found ${found}`);
  }
  return value as Meta;
}

/** Puts `meta` into the text of a `meta.json`, its fields in the order of the format. */
export function formatMeta(meta: Meta): string {
  const ordered = Object.fromEntries(
    FIELDS.map(({ key }) => [key, meta[key]]).filter(([, value]) => value !== undefined),
  );
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
