/**
 * The settings of one process: what each may be, and what it is when nobody says otherwise.
 *
 * @module
 */
import * as v from "valibot";
import { isValidName, NAME_RULE } from "../root.ts";
import { dependsOn, health, hooks, watch } from "./compound_settings.ts";

/** When a process that ended by itself is started again. */
export const AUTORESTARTS = ["always", "on-failure", "never"] as const;
/** What can make a start done. */
export const READINESSES = ["port", "health"] as const;

/** Text that can be handed to a program: the kernel ends an argument at a NUL character. */
export const text = v.pipe(
  v.string(),
  v.check((given) => !given.includes("\0"), "holds a NUL character"),
);
const millis = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const exitCode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

/** What each setting of a process may be. */
export const specSettings = {
  interpreter: v.nullable(text),
  port: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))),
  env_file: v.nullable(text),
  namespace: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
  /** The name its instances share; `null`: it has no siblings. */
  app: v.nullable(v.pipe(v.string(), v.check(isValidName, NAME_RULE))),
  instance: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** How many instances its app is meant to have. */
  instances: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  /** Instance i has the port of instance 0 and i times this. */
  port_increment: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  depends_on: dependsOn,
  /** A low one is started first, within what `depends_on` demands. */
  priority: v.pipe(v.number(), v.integer(), v.minValue(-1_000_000), v.maxValue(1_000_000)),
  health,
  /** What makes its start done; `null`: it has survived its first moments. */
  wait_ready: v.nullable(v.picklist(READINESSES)),
  /** Time in which it must become ready. */
  ready_timeout: millis,
  watch,
  hooks,
  /** The niceness it runs with, and its limit of open files; `null`: the supervisor's own. */
  nice: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(-20), v.maxValue(19))),
  nofile: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(1_073_741_816))),
  umask: v.nullable(v.pipe(v.string(), v.regex(/^0?[0-7]{3}$/, "is no umask, as in 022"))),
  /** The file that asked for it, and a digest of what that says of it; `null`: none did. */
  config: v.nullable(v.strictObject({ file: v.pipe(text, v.startsWith("/")), digest: text })),
  /** The user to run as; `null`: the supervisor's own. */
  user: v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/))),
  autorestart: v.picklist(AUTORESTARTS),
  /** Unstable restarts in a row after which a process is `errored`. */
  max_restarts: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)),
  /** A process that ends sooner counts as unstable. */
  min_uptime: millis,
  restart_delay: millis,
  /** First pause of the exponential back-off; 0: none. */
  exp_backoff: millis,
  /** Exit codes after which a process is not restarted. */
  stop_exit_codes: v.pipe(v.array(exitCode), v.maxLength(256)),
  /** Resident memory of the whole tree, in bytes, above which it is restarted; 0: no limit. */
  max_memory: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** When it is restarted, whatever it does: a cron pattern; `null`: never. */
  cron_restart: v.nullable(v.pipe(text, v.minLength(1), v.maxLength(200))),
  /** Time between the stop signal and SIGKILL. */
  kill_timeout: millis,
  stop_signal: v.pipe(v.string(), v.regex(/^SIG[A-Z0-9]{2,10}$/)),
  /** A log is rotated when it has so many bytes; 0: not by size. */
  log_max_size: count,
  /** How many rotated files of each log are kept; 0: all. */
  log_max_files: count,
  /** Milliseconds a rotated file is kept; 0: for good. */
  log_max_age: count,
  /** Bytes all rotated files may take together; 0: any. */
  log_max_total: count,
  /** When logs are rotated by the clock, in UTC: `daily`, `hourly` or a cron expression. */
  log_rotate: v.nullable(text),
  log_rotate_on_restart: v.boolean(),
  /** Whether the process is stopped for the few milliseconds in which a log is cut. */
  freeze: v.boolean(),
};

const completeSchema = v.object(specSettings);

/** The settings of a spec, all of which have a default. */
export type SpecSettings = Readonly<v.InferOutput<typeof completeSchema>>;

/** What a setting is when nobody says otherwise: PM2's value where PM2 has one. */
export const SPEC_DEFAULTS: SpecSettings = {
  interpreter: null,
  port: null,
  env_file: null,
  namespace: "default",
  app: null,
  instance: 0,
  instances: 1,
  port_increment: 1,
  depends_on: {},
  priority: 0,
  health: null,
  wait_ready: null,
  ready_timeout: 30_000,
  watch: null,
  hooks: null,
  nice: null,
  nofile: null,
  umask: null,
  config: null,
  user: null,
  autorestart: "always",
  max_restarts: 16,
  min_uptime: 1000,
  restart_delay: 0,
  exp_backoff: 0,
  stop_exit_codes: [],
  max_memory: 0,
  cron_restart: null,
  kill_timeout: 5000,
  stop_signal: "SIGTERM",
  log_max_size: 10 * 1024 * 1024,
  log_max_files: 30,
  log_max_age: 0,
  log_max_total: 0,
  log_rotate: null,
  log_rotate_on_restart: false,
  freeze: true,
};

/** The check of a spec's settings, each of them optional, for requests. */
export const settingsSchema = v.partial(v.strictObject(specSettings));
