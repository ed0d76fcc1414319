import * as v from "valibot";
import { settingsSchema, SPEC_DEFAULTS, type SpecSettings } from "./spec_settings.ts";

/** How a setting's value is written: `30s`, `300M`, `on` … */
export type SettingKind = "switch" | "duration" | "size" | "number" | "numbers" | "text";

/** One thing that can be set. */
export interface Setting {
  readonly key: string;
  readonly kind: SettingKind;
  /** What it is when nobody has set it. */
  readonly standard: unknown;
  readonly help: string;
  readonly schema: v.GenericSchema<unknown, unknown>;
}

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

const OWN_SETTINGS: readonly Setting[] = [
  {
    key: "save.auto",
    kind: "switch",
    standard: false,
    help: "save the list after each change; an empty list is never saved by itself",
    schema: v.boolean(),
  },
  {
    key: "retention.days",
    kind: "number",
    standard: 30,
    help: "days for which events and metrics are kept in db/",
    schema: v.pipe(wholeNumber, v.minValue(1), v.maxValue(36_500)),
  },
  {
    key: "retention.size",
    kind: "size",
    standard: 500 * 1024 ** 2,
    help: "size above which the oldest events and metrics are removed; 0: no limit",
    schema: wholeNumber,
  },
  {
    key: "metrics_port",
    kind: "number",
    standard: null,
    help: "fixed port of 127.0.0.1 for GET /metrics; 'tsm token metrics' opens it",
    schema: v.nullable(v.pipe(wholeNumber, v.minValue(1), v.maxValue(65535))),
  },
];

// What belongs to one process and makes no sense for all new ones.
const NO_DEFAULT: ReadonlySet<string> = new Set([
  "interpreter",
  "port",
  "env_file",
  "app",
  "instance",
  "instances",
  "port_increment",
  "depends_on",
  "priority",
  "health",
  "wait_ready",
  "watch",
  "hooks",
  "config",
]);

/** What the settings of a spec do, for `tsm get --help`. */
const SPEC_HELP: Readonly<Record<string, string>> = {
  namespace: "a group to select processes by",
  ready_timeout: "time in which one with wait_ready must become ready",
  nice: "the niceness it runs with, from -20 to 19, or none",
  nofile: "how many files it may have open, or none for the supervisor's own limit",
  umask: "the mode bits its files do not get, as in 022, or none",
  user: "the user to run as; none: the supervisor's own (another one takes root)",
  autorestart: "when one that ended by itself runs again: always, on-failure or never",
  max_restarts: "unstable restarts in a row after which it is 'errored'",
  min_uptime: "one that ends sooner counts as unstable",
  restart_delay: "pause before each restart",
  exp_backoff: "first pause of the exponential back-off; 0: none",
  stop_exit_codes: "exit codes after which it is not restarted, as in 0,3",
  max_memory: "resident memory of the whole tree above which it is restarted; 0: no limit",
  cron_restart: "when it is restarted, whatever it does: a cron pattern, or none",
  kill_timeout: "time between the stop signal and SIGKILL",
  stop_signal: "the signal that asks it to end, as in SIGINT",
  log_max_size: "size at which a log is rotated; 0: not by size",
  log_max_files: "how many rotated files of each log are kept; 0: all",
  log_max_age: "age at which a rotated file is removed; 0: never",
  log_max_total: "size of all its rotated files above which the oldest go; 0: no limit",
  log_rotate: "when logs are rotated, whatever their size: daily, hourly or a cron pattern",
  log_rotate_on_restart: "whether its logs are rotated when it is restarted",
  freeze: "whether it is frozen for the last moment of a rotation, so that no line is lost",
};

/**
 * Everything that can be set. `default.X` is the setting X of new processes,
 * for every setting that a spec has.
 */
export const SETTINGS: readonly Setting[] = [
  ...OWN_SETTINGS,
  ...Object.entries(SPEC_DEFAULTS)
    .filter(([key]) => !NO_DEFAULT.has(key))
    .map(([key, standard]) => specDefault(key as keyof SpecSettings, standard)),
];

/** The setting `key`, or `undefined` if there is none. */
export function findSetting(key: string): Setting | undefined {
  return SETTINGS.find((setting) => setting.key === key);
}

function specDefault(key: keyof SpecSettings, standard: unknown): Setting {
  return {
    key: `default.${key}`,
    kind: kindOf(key, standard),
    standard,
    help: `new processes: ${SPEC_HELP[key] ?? `${key}, as in spec.json`}`,
    schema: settingsSchema.entries[key] as v.GenericSchema<unknown, unknown>,
  };
}

function kindOf(key: string, standard: unknown): SettingKind {
  if (typeof standard === "boolean") return "switch";
  if (key === "nice" || key === "nofile") return "number";
  if (Array.isArray(standard)) return "numbers";
  if (/_(size|total|memory)$/.test(key)) return "size";
  if (/_(timeout|uptime|delay|backoff|age|interval)$/.test(key)) return "duration";
  return typeof standard === "number" ? "number" : "text";
}
