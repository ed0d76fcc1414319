/**
 * `meta.json`: the state of one process, small enough to read with `cat`.
 *
 * Format (docs/files.md, "meta.json"): always the same fields in the same order, `null` where absent,
 * then `pid_start`, then fields that are only there when set.
 *
 * @module
 */
import { readPlainText } from "../files/read_text.ts";
import { replaceFile } from "../files/replace_file.ts";
import { isValidName, metaPath, type RuntimeRoot } from "../root.ts";
import { type Readiness, READINESS_STATES } from "./readiness.ts";
import { type Status, STATUSES } from "./status.ts";
import { type Stopper, stopperByReason, STOPPERS } from "./stopper.ts";

/** What an interrupted operation was about to do; the next supervisor finishes it. */
export const INTENTS = ["start", "restart", "stop", "delete", "migrate"] as const;

export type Intent = typeof INTENTS[number];

/** How the last run of a job went; without exit code and signal nobody saw how, or it had none. */
export interface LastRun {
  readonly exit_code?: number;
  readonly exit_signal?: string;
  /** Seconds; only where somebody saw its end. */
  readonly duration?: number;
}

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
  /** Who or what stopped it; only where it is `stopped` or `errored`. */
  readonly stopped_by?: Stopper;
  /** Epoch seconds of the next try, while `waiting`. */
  readonly retry_at?: number;
  readonly intent?: Intent;
  /** The id of the request that has asked for a start or stop under way. */
  readonly request?: string;
  /** How far its run is, where it is waited for until it is ready or tells of itself. */
  readonly readiness?: Readiness;
  /** Bytes that its stdout and stderr had at the launch of its run, where a line is waited for. */
  readonly output_from?: readonly [number, number];
  /** What it says of itself, by `STATUS=` on its notify socket. */
  readonly status_text?: string;
  /** Of a job: kept while it runs again, as the exit above is not. */
  readonly last_run?: LastRun;
  /** How many of its runs in a row have crashed within a minute; see `crash_loop.ts`. */
  readonly early_crashes?: number;
}

/** What a field may hold. */
interface Kind {
  /** In words, for messages. */
  readonly expected: string;
  fits(value: unknown): boolean;
}

/** A field, and what it may hold. */
interface Field {
  readonly key: keyof Meta;
  readonly kind: Kind;
  readonly orNull?: true;
  readonly optional?: true;
  /** Whether a value that this version does not know counts as none: a newer tsm wrote it. */
  readonly isOpen?: true;
}

const isWhole = (value: unknown, minimum: number, maximum = Infinity): boolean =>
  Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
const isAmong = (values: readonly unknown[]) => (value: unknown) => values.includes(value);

// Checked by hand, plainly: with a schema library `tsm ls` took half as long again.
const TEXT: Kind = { expected: "a string", fits: (value) => typeof value === "string" };
const NUMBER: Kind = { expected: "a number", fits: Number.isFinite };
const COUNT: Kind = { expected: "a whole number", fits: (value) => isWhole(value, 0) };
const ID: Kind = { expected: "a whole number from 1", fits: (value) => isWhole(value, 1) };
const PORT: Kind = { expected: "a port number", fits: (value) => isWhole(value, 1, 65535) };
const NAME: Kind = {
  expected: "a valid name",
  fits: (value) => typeof value === "string" && isValidName(value),
};
const STATUS: Kind = { expected: `one of ${STATUSES.join(", ")}`, fits: isAmong(STATUSES) };
const INTENT: Kind = { expected: `one of ${INTENTS.join(", ")}`, fits: isAmong(INTENTS) };

const STOPPER: Kind = { expected: `one of ${STOPPERS.join(", ")}`, fits: isAmong(STOPPERS) };

const READINESS: Kind = {
  expected: `one of ${READINESS_STATES.join(", ")}`,
  fits: isAmong(READINESS_STATES),
};

const SIZES: Kind = {
  expected: "two whole numbers",
  fits: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((size) => isWhole(size, 0)),
};

const LAST_RUN: Kind = {
  expected: "an exit and a duration",
  fits(value) {
    if (typeof value !== "object" || value === null) return false;
    const { exit_code, exit_signal, duration } = value as Record<string, unknown>;
    return [exit_code, duration].every((number) => number === undefined || isWhole(number, 0)) &&
      (exit_signal === undefined || typeof exit_signal === "string");
  },
};

/** The fields in the order of the format. */
const FIELDS: readonly Field[] = [
  { key: "tsm_id", kind: ID },
  { key: "name", kind: NAME },
  { key: "pid", kind: ID, orNull: true },
  { key: "command", kind: TEXT },
  { key: "cwd", kind: TEXT },
  { key: "interpreter", kind: TEXT, orNull: true },
  { key: "port", kind: PORT, orNull: true },
  { key: "status", kind: STATUS },
  { key: "start_time", kind: NUMBER, orNull: true },
  { key: "restarts", kind: COUNT },
  { key: "unstable_restarts", kind: COUNT },
  { key: "env_file", kind: TEXT, orNull: true },
  { key: "pid_start", kind: COUNT, orNull: true },
  { key: "exit_code", kind: NUMBER, optional: true },
  { key: "exit_signal", kind: TEXT, optional: true },
  { key: "reason", kind: TEXT, optional: true },
  { key: "stopped_by", kind: STOPPER, optional: true, isOpen: true },
  { key: "retry_at", kind: NUMBER, optional: true },
  { key: "intent", kind: INTENT, optional: true },
  { key: "request", kind: TEXT, optional: true },
  { key: "readiness", kind: READINESS, optional: true, isOpen: true },
  { key: "output_from", kind: SIZES, optional: true, isOpen: true },
  { key: "status_text", kind: TEXT, optional: true, isOpen: true },
  { key: "last_run", kind: LAST_RUN, optional: true, isOpen: true },
  { key: "early_crashes", kind: COUNT, optional: true, isOpen: true },
];

/** Those that every `meta.json` has. */
const ALWAYS_THERE: readonly Field[] = FIELDS.filter(({ optional }) => !optional);

function fits({ kind, orNull, optional }: Field, value: unknown): boolean | undefined {
  if (value === null) return orNull;
  if (value === undefined) return optional;
  return kind.fits(value);
}

/**
 * Reads the text of a `meta.json`, one that tsm 0.1.0 wrote included.
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
  const fields = value as Record<string, unknown>;
  // Most have just the fields that are always there: with 1,000 processes that is a millisecond.
  const known = Object.keys(fields).length > ALWAYS_THERE.length ? FIELDS : ALWAYS_THERE;
  for (const field of known) {
    const given = fields[field.key];
    if (fits(field, given)) continue;
    if (field.isOpen) {
      delete fields[field.key];
      continue;
    }
    const found = given === undefined ? "nothing" : JSON.stringify(given);
    const expected = `${field.kind.expected}${field.orNull ? " or null" : ""}`;
    throw new Deno.errors.InvalidData(`${field.key}: expected ${expected}, found ${found}`);
  }
  return withStopper(value as Meta);
}

/** The same with `stopped_by` behind `reason`, where only the reason tells it. */
function withStopper(meta: Meta): Meta {
  if (meta.stopped_by !== undefined || meta.status !== "stopped") return meta;
  const stopper = stopperByReason(meta.reason);
  if (stopper === undefined) return meta;
  const entries = Object.entries(meta).flatMap(([key, value]) =>
    key === "reason" ? [[key, value], ["stopped_by", stopper]] : [[key, value]]
  );
  return Object.fromEntries(entries) as Meta;
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
  const meta = parseMeta(readPlainText(metaPath(root, name)));
  if (meta.name !== name) {
    throw new Deno.errors.InvalidData(`it names another process: '${meta.name}'`);
  }
  return meta;
}

/** Writes the `meta.json` of the process it names. */
export function writeMeta(root: RuntimeRoot, meta: Meta): void {
  replaceFile(metaPath(root, meta.name), formatMeta(meta));
}
