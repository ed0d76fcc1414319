/**
 * Every option that PM2 7 documents for a process, and what becomes of it: the one table that
 * its files and its dump are read by, and that `docs/pm2.md` shows. Those that are settings here
 * come from the table of settings.
 *
 * @module
 */
import { partsOf } from "../settings/table/parts.ts";
import type { Setting } from "../settings/table/setting.ts";
import { SETTING_KEYS, SETTINGS } from "../settings/table/settings_table.ts";
import { DEFINITION_SETTINGS } from "../settings/table/definition.ts";
import type { Part } from "../settings/table/value_type.ts";
import type { Pm2Part } from "./pm2_app.ts";
import { convertPm2Value, isOn, isTextOrNumber, numberOf, wordsOf } from "./pm2_value.ts";

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
  /** What is said of a file that has it, where that is not made of its name and of the above. */
  readonly told?: string;
  /** Where the dump has it, if its value there can be taken or is worth a note. */
  readonly inDump?: DumpPlace;
}

/** Where an option is in a dump, in which PM2 has put a value for each of many. */
export interface DumpPlace {
  readonly key: string;
  readonly isUsed: (value: unknown) => boolean;
}

type Take = (value: unknown) => Pm2Part | string;

const isOff = (value: unknown) => value === false;
const always = () => true;
const never = () => false;

/** What is not just a setting here: by the names of settings and of their parts. */
const TAKES: Readonly<Record<string, Take>> = {
  cwd: textOf("a directory", (cwd) => ({ cwd })),
  env: (value) => {
    const env = convertPm2Value(DEFINITION_SETTINGS.env.type, value);
    return "value" in env ? { env: env.value as Record<string, string> } : env.expected;
  },
  interpreter: (value) => {
    if (typeof value !== "string" || value === "") return "a program";
    if (/^node@/.test(value)) return "the path of a node: versions of nvm are not looked up";
    return { interpreter: value };
  },
  instances: (value) => {
    const { maximum } = SETTINGS.instances.type;
    const number = value === "max" ? 0 : numberOf(value);
    if (number === undefined || !Number.isInteger(number) || number > maximum) {
      return `a whole number up to ${maximum}, or 'max'`;
    }
    return { instances: number };
  },
  port: (value) => {
    const port = convertPm2Value(SETTINGS.port.type, value);
    return "value" in port ? { port: port.value as number } : port.expected;
  },
  cron_restart: (value) => {
    // PM2 takes 0 and false for 'no longer'.
    if (value === false || String(value) === "0") return {};
    if (typeof value !== "string" || value === "") return "a cron pattern";
    return { settings: { cron_restart: value } };
  },
  wait_ready: (value) => ({ waitReady: isOn(value) }),
  "watch.paths": (value) => {
    if (typeof value === "boolean") return { watch: value };
    return isTexts(value) ? { watch: [value].flat() } : "true, false, a path or a list of paths";
  },
  "watch.ignore": (value) => {
    if (!isTexts(value)) return "a pattern or a list of patterns";
    return { ignoreWatch: [value].flat() };
  },
  "watch.debounce": (value) => {
    const delay = convertPm2Value(SETTINGS.watch.type.parts.debounce.type, value);
    return "value" in delay ? { watchDelay: delay.value as number } : delay.expected;
  },
};

/** The options that are settings here, or parts of them. */
const OF_SETTINGS: readonly Pm2Option[] = [
  ...Object.entries<Part>(DEFINITION_SETTINGS).flatMap(([key, part]) =>
    optionsOf(key, part, false)
  ),
  ...SETTING_KEYS.flatMap((key) => {
    const setting: Setting = SETTINGS[key];
    return optionsOf(key, setting, setting.isApart !== true);
  }),
];

/** @param isInDump Whether a dump has it as it is; else `pm2_dump.ts` looks for it itself. */
function optionsOf(path: string, part: Part, isInDump: boolean): readonly Pm2Option[] {
  const { pm2, type } = part;
  const parts = Object.entries(partsOf(type));
  return [
    ...pm2 === undefined ? [] : [{
      names: pm2.names,
      fate: "mapped" as const,
      becomes: pm2.note ?? `\`${path}\``,
      // Named environments are found by the beginning of their names.
      ...path === "environments" ? {} : { take: TAKES[path] ?? takeSetting(path, part) },
      ...isInDump ? { inDump: { key: pm2.names[0]!, isUsed: always } } : {},
    }],
    ...parts.flatMap(([key, one]) => optionsOf(`${path}.${key}`, one, isInDump)),
  ];
}

function takeSetting(key: string, { type }: Part): Take {
  return (value) => {
    const converted = convertPm2Value(type, value);
    return "value" in converted ? { settings: { [key]: converted.value } } : converted.expected;
  };
}

const TIMES = "lines are stored as they are written: `tsm logs --time --json` has their times";
/** The same for all that ask for it, so that it is said once. */
const TOLD_TIMES = "time, log_date_format and log_type are ignored: lines are stored as they are " +
  "written, and 'tsm logs --time --json' prints their times";

export const PM2_OPTIONS: readonly Pm2Option[] = [
  mapped(["script", "exec", "cmd", "command"], "`command`", (value) => {
    if (typeof value !== "string" || value.trim() === "") return "a file or a command line";
    return { script: value };
  }),
  mapped(
    ["name"],
    "the name; other scripts become Latin letters, what no name may hold becomes `-`",
    (value) => isTextOrNumber(value) ? { name: String(value) } : "a text",
  ),
  mapped(["args"], "words behind the command", (value) => {
    const args = wordsOf(value);
    return args ? { args } : "a text or a list of texts";
  }),
  mapped(
    ["node_args", "interpreter_args", "interpreterArgs"],
    "words behind the interpreter",
    (value) => {
      const interpreterArgs = wordsOf(value);
      return interpreterArgs ? { interpreterArgs } : "a text or a list of texts";
    },
  ),
  mapped(
    ["exec_mode"],
    "ordinary processes; `cluster` of node and bun: `share_port`, the kernel spreads the connections",
    (value) => {
      if (!/^(fork|cluster)(_mode)?$/.test(String(value))) return "'fork' or 'cluster'";
      return { cluster: String(value).startsWith("cluster") };
    },
  ),
  ...OF_SETTINGS,
  mapped(
    ["instance_var"],
    "a variable with the number of the instance",
    textOf("the name of a variable", (instanceVar) => ({ instanceVar })),
  ),
  mapped(
    ["increment_var"],
    "a variable that counts up; for `PORT`, `increment`",
    textOf("the name of a variable", (incrementVar) => ({ incrementVar })),
  ),
  mapped(["append_env_to_name"], "the name, with `--env-name` behind it", (value) => {
    return { appendEnvToName: isOn(value) };
  }),
  mapped(["autostart"], "with `false` the app is left out", (value) => {
    return { autostart: !isOff(value) };
  }),
  inDump(refused(
    ["filter_env"],
    "variables cannot be kept from one process: leave them out of the shell that starts it",
  )),
  inDump(ignored(["gid"], "it gets the groups of its user")),
  inDump(
    mapped(
      ["out_file", "out", "output", "out_log"],
      "`log_links.out`: a link to `current.out`, from the working directory on",
      pathOf((outFile) => ({ outFile })),
    ),
    "pm_out_log_path",
    isOwnLog,
  ),
  inDump(
    mapped(
      ["error_file", "error", "err", "err_file", "err_log"],
      "`log_links.err`: a link to `current.err`",
      pathOf((errorFile) => ({ errorFile })),
    ),
    "pm_err_log_path",
    isOwnLog,
  ),
  inDump(mapped(
    ["log_file", "log"],
    "`log_links.out` where there is no `out_file`; `tsm logs` shows both logs together",
    pathOf((logFile) => ({ logFile })),
  )),
  mapped(
    ["merge_logs", "combine_logs"],
    "`log_links.merge`: each instance has logs of its own, and the first one's are linked",
    (value) => ({ mergeLogs: isOn(value) }),
  ),
  inDump(ignored(["disable_logs"], "logs are always kept, and rotated")),
  { ...ignored(["log_type"], TIMES), isUsed: (value) => value === "json", told: TOLD_TIMES },
  { ...inDump(ignored(["log_date_format"], TIMES)), told: TOLD_TIMES },
  { ...ignored(["time"], TIMES), told: TOLD_TIMES },
  ignored(["pid_file", "pid"], "pids are in `runtime/pids`"),
  inDump(ignored(["shutdown_with_message"], "it is asked to end by SIGINT, PM2's signal")),
  inDump(
    ignored(["treekill"], "a stop ends everything the process started", isOff),
    "treekill",
    isOff,
  ),
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
  ignored(["vizion"], "versions of the repository are not read"),
  ignored(["install_url"], "for PM2's own modules"),
  ignored(["username"], "PM2 sets it by itself"),
  ignored(["windowsHide"], "for Windows", never),
  ignored(["write"], "nothing is written into the project", never),
  ...["post_update", "trace", "disable_trace", "v8", "event_loop_inspector", "deep_monitoring"]
    .map((name) => ignored([name], "for PM2 Plus")),
  ...["pmx", "automation", "io"].map((name) => ignored([name], "for PM2 Plus", never)),
];

/** Options beside the list of apps. */
export const PM2_FILE_OPTIONS: readonly Pm2Option[] = [
  mapped(["apps", "pm2"], "the processes; `pm2` is the key in a `package.json`"),
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

/** What becomes of an option, for messages. */
export function becomesText({ becomes }: Pm2Option): string {
  return becomes.replaceAll("`", "'");
}

function mapped(names: readonly string[], becomes: string, take?: Take): Pm2Option {
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

/** An option that the dump tells of too. */
function inDump(
  option: Pm2Option,
  key: string = option.names[0]!,
  isUsed: (value: unknown) => boolean = isOn,
): Pm2Option {
  return { ...option, inDump: { key, isUsed } };
}

/** Whether somebody chose where a log goes: by itself it is in PM2's own directory. */
function isOwnLog(path: unknown): boolean {
  return isOn(path) && !/\/logs\/[^/]+-(out|error)(-\d+)?\.log$/.test(String(path));
}

function textOf(expected: string, part: (text: string) => Pm2Part): Take {
  return (value) => typeof value === "string" && value !== "" ? part(value) : expected;
}

/** A path; PM2 has `true` for one of its own choice. */
function pathOf(part: (path: string) => Pm2Part): Take {
  return (value) => {
    if (typeof value === "boolean") return {};
    return typeof value === "string" && value !== "" ? part(value) : "a path";
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isTexts(value: unknown): value is string | string[] {
  return [value].flat().every((item) => typeof item === "string");
}
