/**
 * The settings of a spec that have parts: what a process depends on, how its health
 * is checked, which files restart it, what is run before and after it.
 *
 * @module
 */
import * as v from "valibot";

/** What a dependency must be before the process is started. */
export const CONDITIONS = ["started", "healthy", "exited"] as const;

/** The hosts tsm may connect to. */
export const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

const line = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(10_000),
  v.check((text) => !text.includes("\0"), "holds a NUL character"),
);
const millis = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

/** When and how often a health check is made. */
const timing = {
  interval: v.optional(v.pipe(millis, v.minValue(100)), 10_000),
  timeout: v.optional(v.pipe(millis, v.minValue(1)), 5_000),
  /** Failures in a row after which it is unhealthy. */
  retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 3),
  /** Time after its start in which failures do not count, until it is healthy. */
  grace: v.optional(millis, 0),
};

/** The apps or processes it depends on. */
export const dependsOn = v.record(v.string(), v.picklist(CONDITIONS));

/** How its health is checked; `null`: not at all. */
export const health = v.nullable(v.variant("type", [
  v.strictObject({
    type: v.literal("tcp"),
    /** Its own, where there is none. */
    port: v.exactOptional(port),
    host: v.exactOptional(v.picklist([...LOOPBACK_HOSTS, "::1"])),
    ...timing,
  }),
  v.strictObject({
    type: v.literal("http"),
    /** `${PORT}` in it is the process's port. */
    url: v.pipe(
      line,
      v.check(isLoopbackUrl, `is no http URL of this machine: ${LOOPBACK_HOSTS.join(", ")}`),
    ),
    /** Any from 200 to 399, where there is none. */
    status: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
    /** What the answer holds: a piece of text, or `/a regular expression/`. */
    body: v.exactOptional(v.pipe(line, v.check(isMatcher, "is no regular expression"))),
    ...timing,
  }),
  v.strictObject({ type: v.literal("command"), command: line, ...timing }),
]));

/** The files whose change restarts it; `null`: none. */
export const watch = v.nullable(v.strictObject({
  paths: v.pipe(v.array(v.pipe(line, v.startsWith("/"))), v.minLength(1), v.maxLength(100)),
  /** Globs, against the path below the watched one and against the name. */
  ignore: v.optional(v.pipe(v.array(line), v.maxLength(1000)), []),
  debounce: v.optional(millis, 200),
}));

/** Command lines run before each start and after each end; `null`: none. */
export const hooks = v.nullable(v.strictObject({
  pre_start: v.exactOptional(line),
  post_stop: v.exactOptional(line),
  timeout: v.optional(v.pipe(millis, v.minValue(1)), 30_000),
}));

/** What a dependency must be. */
export type Condition = typeof CONDITIONS[number];
/** How a process's health is checked. */
export type Health = NonNullable<v.InferOutput<typeof health>>;
/** Which files restart a process. */
export type Watch = NonNullable<v.InferOutput<typeof watch>>;
/** What is run before and after a process. */
export type Hooks = NonNullable<v.InferOutput<typeof hooks>>;

/** The matcher of a body: a piece of text, or a regular expression between slashes. */
export function bodyPattern(body: string): RegExp | undefined {
  const match = /^\/(.*)\/(i?)$/s.exec(body);
  return match ? new RegExp(match[1]!, match[2]) : undefined;
}

function isMatcher(body: string): boolean {
  try {
    bodyPattern(body);
    return true;
  } catch {
    return false;
  }
}

function isLoopbackUrl(text: string): boolean {
  try {
    const url = new URL(text.replaceAll("${PORT}", "1"));
    return /^https?:$/.test(url.protocol) && LOOPBACK_HOSTS.includes(url.hostname);
  } catch {
    return false;
  }
}
