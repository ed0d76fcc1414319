/**
 * Every option that PM2 7 documents for a process file, and what becomes of it: the one
 * table that files are read by, and that the README shows.
 *
 * @module
 */
import { splitWords } from "../process/shell_words.ts";
import { toBytes } from "../units.ts";

/** What is gathered of one app of PM2's. */
export interface Pm2App {
  readonly script?: string;
  readonly name?: string;
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly interpreter?: string;
  readonly interpreterArgs?: readonly string[];
  /** `0` and less count from the number of CPUs. */
  readonly instances?: number;
  readonly cluster?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** `env_NAME` by NAME. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly port?: number;
  readonly waitReady?: boolean;
  readonly watch?: boolean | readonly string[];
  readonly ignoreWatch?: readonly string[];
  readonly watchDelay?: number;
  readonly instanceVar?: string;
  readonly incrementVar?: string;
  readonly appendEnvToName?: boolean;
  readonly autostart?: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What one option says of an app. */
export type Pm2Part = Partial<Omit<Pm2App, "environments">>;

/** One option of PM2's. */
export interface Pm2Option {
  /** PM2's name of it, then its aliases; each may be written in camel case too. */
  readonly names: readonly string[];
  readonly fate: "mapped" | "ignored" | "refused";
  /** What it becomes here, or why it becomes nothing. */
  readonly becomes: string;
  /** What a value says of the app; or, if it is no right one, what that looks like. */
  readonly take?: (value: unknown) => Pm2Part | string;
  /** Whether the value asks for something at all; if not, nothing is said of it. */
  readonly isUsed?: (value: unknown) => boolean;
}

const isOn = (value: unknown) =>
  Boolean(value) && value !== "false" && !(Array.isArray(value) && value.length === 0);
const isOff = (value: unknown) => value === false;

export const PM2_OPTIONS: readonly Pm2Option[] = [
  mapped(["script", "exec", "cmd", "command"], "`command`", (value) => {
    if (typeof value !== "string" || value.trim() === "") return "a file or a command line";
    return { script: value };
  }),
  mapped(["name"], "the name; what no name may hold becomes `-`", (value) => {
    if (!isTextOrNumber(value)) return "a text";
    return { name: String(value) };
  }),
  mapped(["namespace"], "`namespace`", (value) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(String(value))) {
      return "letters, digits, '.', '_' or '-'";
    }
    return { settings: { namespace: String(value) } };
  }),
  mapped(["cwd"], "`cwd`, from the directory of the file", (value) => {
    if (typeof value !== "string" || value === "") return "a directory";
    return { cwd: value };
  }),
  mapped(["args"], "words behind the command", (value) => {
    const words = wordsOf(value);
    if (!words) return "a text or a list of texts";
    return { args: words };
  }),
  mapped(
    ["interpreter", "exec_interpreter"],
    "`interpreter`; `node@VERSION` (nvm) is refused: name its path",
    (value) => {
      if (typeof value !== "string" || value === "") return "a program";
      if (/^node@/.test(value)) return "the path of a node: versions of nvm are not looked up";
      return { interpreter: value };
    },
  ),
  mapped(
    ["node_args", "interpreter_args", "interpreterArgs"],
    "words behind the interpreter",
    (value) => {
      const words = wordsOf(value);
      if (!words) return "a text or a list of texts";
      return { interpreterArgs: words };
    },
  ),
  mapped(
    ["instances"],
    "`instances`; `max`, 0 and negative numbers count from the CPUs",
    (value) => {
      const number = value === "max" ? 0 : numberOf(value);
      if (number === undefined || !Number.isInteger(number) || number > 1000) {
        return "a whole number up to 1000, or 'max'";
      }
      return { instances: number };
    },
  ),
  mapped(
    ["exec_mode"],
    "ordinary processes; workers of a cluster that share a port become one process",
    (value) => {
      if (!/^(fork|cluster)(_mode)?$/.test(String(value))) return "'fork' or 'cluster'";
      return { cluster: String(value).startsWith("cluster") };
    },
  ),
  mapped(["env"], "`env`; a `PORT` in it is the process's port", (value) => {
    const env = variablesOf(value);
    if (!env) return "an object of variables";
    return { env: env };
  }),
  mapped(["env_NAME"], "`environments`, chosen by `--env-name NAME`"),
  mapped(["port"], "`port`", (value) => {
    const port = numberOf(value);
    if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65535) {
      return "a port, 1 to 65535";
    }
    return { port: port };
  }),
  mapped(["max_memory_restart"], "`max_memory`", (value) => {
    const bytes = isTextOrNumber(value) ? toBytes(String(value)) : undefined;
    if (bytes === undefined) return "a size as '300M'";
    return { settings: { max_memory: bytes } };
  }),
  mapped(["autorestart"], "`autorestart`", (value) => {
    return { settings: { autorestart: isOn(value) ? "always" : "never" } };
  }),
  number(["max_restarts"], "max_restarts", 1_000_000),
  time(["min_uptime"], "min_uptime"),
  time(["restart_delay"], "restart_delay"),
  time(["exp_backoff_restart_delay"], "exp_backoff"),
  time(["kill_timeout"], "kill_timeout"),
  mapped(["stop_exit_codes"], "`stop_exit_codes`", (value) => {
    const codes = [value].flat().map(numberOf);
    const fits = (code: number | undefined) =>
      code !== undefined && Number.isInteger(code) && code >= 0 && code <= 255;
    if (!codes.every(fits)) return "exit codes from 0 to 255";
    return { settings: { stop_exit_codes: codes } };
  }),
  mapped(["cron_restart", "cron"], "`cron_restart`", (value) => {
    // PM2 takes 0 for 'no longer'.
    if (String(value) === "0") return {};
    if (typeof value !== "string" || value === "") return "a cron pattern";
    return { settings: { cron_restart: value } };
  }),
  mapped(["watch"], "`watch`", (value) => {
    if (typeof value === "boolean") return { watch: value };
    return isTexts(value) ? { watch: [value].flat() } : "true, false, a path or a list of paths";
  }),
  mapped(
    ["ignore_watch"],
    "`watch.ignore`; globs, where PM2 takes regular expressions too",
    (value) => {
      if (!isTexts(value)) return "a pattern or a list of patterns";
      return { ignoreWatch: [value].flat() };
    },
  ),
  mapped(["watch_delay"], "`watch.debounce`", (value) => {
    const delay = timeOf(value);
    if (delay === undefined) return "a time in milliseconds";
    return { watchDelay: delay };
  }),
  mapped(
    ["wait_ready"],
    "`wait_ready`: its port is waited for, not `process.send('ready')`",
    (value) => {
      return { waitReady: isOn(value) };
    },
  ),
  time(["listen_timeout"], "ready_timeout"),
  mapped(["uid", "user"], "`user`", (value) => {
    if (!isTextOrNumber(value) || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(String(value))) {
      return "a user";
    }
    return { settings: { user: String(value) } };
  }),
  mapped(["instance_var"], "a variable with the number of the instance", (value) => {
    if (typeof value !== "string" || value === "") return "the name of a variable";
    return { instanceVar: value };
  }),
  mapped(["increment_var"], "a variable that counts up; for `PORT`, `increment`", (value) => {
    if (typeof value !== "string" || value === "") return "the name of a variable";
    return { incrementVar: value };
  }),
  mapped(["append_env_to_name"], "the name, with `--env-name` behind it", (value) => {
    return { appendEnvToName: isOn(value) };
  }),
  mapped(["autostart"], "with `false` the app is left out", (value) => {
    return { autostart: !isOff(value) };
  }),
  refused(
    ["filter_env"],
    "variables cannot be kept from one process: leave them out of the shell that starts it",
  ),
  ignored(["gid"], "it gets the groups of its user"),
  ignored(["out_file", "out", "output", "out_log"], "stdout goes to `current.out` (`tsm logs`)"),
  ignored(
    ["error_file", "error", "err", "err_file", "err_log"],
    "stderr goes to `current.err` (`tsm logs`)",
  ),
  ignored(["log_file", "log"], "`tsm logs` shows both logs together"),
  ignored(["merge_logs", "combine_logs"], "each instance has logs of its own", isOn),
  ignored(["disable_logs"], "logs are always kept, and rotated"),
  ignored(["log_type"], "lines are stored as they are written"),
  ignored(["log_date_format"], "lines are stored as they are written; their time is indexed"),
  ignored(["time"], "lines are stored as they are written; their time is indexed"),
  ignored(["pid_file", "pid"], "pids are in `runtime/pids`"),
  ignored(["shutdown_with_message"], "it is asked to end by SIGINT, PM2's signal"),
  ignored(["treekill"], "a stop ends everything the process started", isOff),
  ignored(["kill_retry_time"], "what is left after `kill_timeout` is killed at once", always),
  ignored(["watch_options"], "chokidar is not what watches"),
  ignored(
    ["source_map_support", "disable_source_map_support"],
    "node does it: `node_args: '--enable-source-maps'`",
    always,
  ),
  ignored(["execute_command"], "there is no cluster mode to switch off"),
  ignored(["force"], "names are unique; `tsm start --force` restarts what runs"),
  ignored(["name_prefix"], "give the name itself"),
  ignored(["vizion"], "versions of the repository are not read", isOn),
  ignored(["install_url"], "for PM2's own modules"),
  ignored(["username"], "PM2 sets it by itself"),
  ignored(["windowsHide"], "for Windows", never),
  ignored(["write"], "for PM2's command line", never),
  ...["post_update", "trace", "disable_trace", "v8", "event_loop_inspector", "deep_monitoring"]
    .map((name) => ignored([name], "for PM2 Plus")),
  ...["pmx", "automation", "io"].map((name) => ignored([name], "for PM2 Plus", never)),
];

/** Options beside the list of apps. */
export const PM2_FILE_OPTIONS: readonly Pm2Option[] = [
  mapped(["apps"], "the processes"),
  ignored(["deploy"], "tsm deploys nothing; `deploy.NAME.env` counts for `--env-name NAME`"),
  refused(["static"], "PM2's own file server is not part of tsm"),
];

/** Finds the option that a key of a file means. */
export function findPm2Option(key: string): Pm2Option | undefined {
  return PM2_OPTIONS.find(({ names }) =>
    names.some((name) => name === key || camelCase(name) === key)
  );
}

/** Tells whether anything is to be said of an option with this value. */
export function isUsed(option: Pm2Option, value: unknown): boolean {
  return value !== undefined && value !== null && (option.isUsed ?? isOn)(value);
}

function mapped(names: readonly string[], becomes: string, take?: Pm2Option["take"]): Pm2Option {
  return { names, fate: "mapped", becomes, ...take ? { take } : {} };
}

function ignored(
  names: readonly string[],
  becomes: string,
  isUsed?: (value: unknown) => boolean,
): Pm2Option {
  return { names, fate: "ignored", becomes, ...isUsed ? { isUsed } : {} };
}

function refused(names: readonly string[], becomes: string): Pm2Option {
  return { names, fate: "refused", becomes };
}

function number(names: readonly string[], setting: string, most: number): Pm2Option {
  return mapped(names, `\`${setting}\``, (value) => {
    const given = numberOf(value);
    if (given === undefined || !Number.isInteger(given) || given < 0 || given > most) {
      return `a whole number up to ${most}`;
    }
    return { settings: { [setting]: given } };
  });
}

function time(names: readonly string[], setting: string): Pm2Option {
  return mapped(names, `\`${setting}\``, (value) => {
    const given = timeOf(value);
    if (given === undefined) return "a time in milliseconds, a day at most";
    return { settings: { [setting]: given } };
  });
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isTextOrNumber(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isTexts(value: unknown): value is string | string[] {
  return [value].flat().every((item) => typeof item === "string");
}

function numberOf(value: unknown): number | undefined {
  const number = isTextOrNumber(value) && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function timeOf(value: unknown): number | undefined {
  const match = /^([0-9.]+)(ms|s|m|h)$/.exec(String(value));
  const time = match ? Number(match[1]) * UNITS[match[2]!]! : numberOf(value);
  return time !== undefined && time >= 0 && time <= 86_400_000 ? Math.round(time) : undefined;
}

function wordsOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every(isTextOrNumber) ? value.map(String) : undefined;
  if (typeof value !== "string") return undefined;
  return splitWords(value) ?? value.split(/\s+/).filter(Boolean);
}

/** Variables as PM2 hands them over: what is no text is written as JSON. */
export function variablesOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value)
    .filter(([name, given]) => given !== undefined && given !== null && /^[^=\0]+$/.test(name))
    .map(([name, given]) => [name, typeof given === "object" ? JSON.stringify(given) : `${given}`]);
  return Object.fromEntries(entries);
}
