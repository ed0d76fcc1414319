/**
 * PM2's options of a process, and what becomes of them.
 *
 * @module
 */

/** An option that a setting of a spec stands for. */
export interface CarriedSetting {
  readonly from: string;
  /** The spec's setting. */
  readonly to: string;
  /** The setting's value; `undefined` where PM2's says nothing. */
  convert(value: unknown): unknown;
}

/** An option that tsm has nothing for. */
export interface LostOption {
  readonly key: string;
  /** Whether it does anything with this value. */
  isUsed(value: unknown): boolean;
  /** What is lost, in words. */
  readonly loss: string;
}

export const CARRIED_SETTINGS: readonly CarriedSetting[] = [
  { from: "namespace", to: "namespace", convert: (value) => value ?? undefined },
  { from: "autorestart", to: "autorestart", convert: (on) => on === false ? "never" : undefined },
  { from: "max_restarts", to: "max_restarts", convert: number },
  { from: "min_uptime", to: "min_uptime", convert: milliseconds },
  { from: "restart_delay", to: "restart_delay", convert: milliseconds },
  { from: "exp_backoff_restart_delay", to: "exp_backoff", convert: milliseconds },
  { from: "kill_timeout", to: "kill_timeout", convert: milliseconds },
  { from: "stop_exit_codes", to: "stop_exit_codes", convert: numbers },
  { from: "max_memory_restart", to: "max_memory", convert: bytes },
  {
    from: "cron_restart",
    to: "cron_restart",
    // PM2 stores 0 where it has been switched off.
    convert: (value) => typeof value === "string" && value !== "0" ? value : undefined,
  },
];

const isOn = (value: unknown) => Boolean(value) && !(Array.isArray(value) && value.length === 0);

export const NOT_CARRIED: readonly LostOption[] = [
  { key: "watch", isUsed: isOn, loss: "watch: it is not restarted when files change" },
  { key: "wait_ready", isUsed: isOn, loss: "wait_ready: process.send('ready') is not waited for" },
  { key: "uid", isUsed: isOn, loss: "uid: pass --user to 'tsm start' to run it as another user" },
  { key: "gid", isUsed: isOn, loss: "gid: it gets the groups of its user" },
  {
    key: "shutdown_with_message",
    isUsed: isOn,
    loss: "shutdown_with_message: it is asked to end by a signal",
  },
  {
    key: "treekill",
    isUsed: (value) => value === false,
    loss: "treekill false: a stop ends its children too",
  },
  { key: "filter_env", isUsed: isOn, loss: "filter_env: its environment is taken as saved" },
  {
    key: "pm_out_log_path",
    isUsed: (path) => isOn(path) && !/\/logs\/[^/]+-out(-\d+)?\.log$/.test(String(path)),
    loss: "out_file: its stdout goes to current.out in its own directory",
  },
  {
    key: "pm_err_log_path",
    isUsed: (path) => isOn(path) && !/\/logs\/[^/]+-error(-\d+)?\.log$/.test(String(path)),
    loss: "error_file: its stderr goes to current.err in its own directory",
  },
  { key: "log_file", isUsed: isOn, loss: "log_file: stdout and stderr have a log each" },
  {
    key: "log_date_format",
    isUsed: isOn,
    loss: "log_date_format: lines are stored as they are written",
  },
  { key: "disable_logs", isUsed: isOn, loss: "disable_logs: its logs are kept" },
  {
    key: "instance_var",
    isUsed: (value) => isOn(value) && value !== "NODE_APP_INSTANCE",
    loss: "instance_var: the number of an instance is in TSM_INSTANCE",
  },
];

function number(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  return Number(value);
}

function numbers(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  return [value].flat().map(Number);
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(value: unknown): unknown {
  const match = /^([0-9.]+)(ms|s|m|h)$/.exec(String(value));
  return match ? Number(match[1]) * MILLISECONDS[match[2]!]! : number(value);
}

const BYTES: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function bytes(value: unknown): unknown {
  const match = /^([0-9.]+)([KMG])B?$/i.exec(String(value));
  return match ? Number(match[1]) * BYTES[match[2]!.toUpperCase()]! : number(value);
}
