/**
 * The flags of PM2's command line that are called otherwise here, or become nothing. Those of
 * options that are settings here come from the table of settings.
 *
 * @module
 */
import { DEFINITION_SETTINGS } from "../settings/table/definition.ts";
import { partsOf } from "../settings/table/parts.ts";
import { SETTING_KEYS, SETTINGS } from "../settings/table/settings_table.ts";
import type { Part } from "../settings/table/value_type.ts";
import { becomesText, findPm2Option } from "./pm2_options.ts";
import { processCount } from "./pm2_value.ts";

/** What a flag of PM2's is here. */
export type Pm2Flag =
  | {
    readonly fate: "mapped";
    /** The flag of tsm's, without its dashes. */
    readonly flag: string;
    /** What its value is there; without it, the same. */
    readonly convert?: (value: string) => string;
  }
  | {
    readonly fate: "ignored" | "refused";
    /** Why, or what does the same. */
    readonly becomes: string;
    /** Whether the word behind it is its value. */
    readonly hasValue: boolean;
  };

/** Letters of PM2's `start`, and the options that they mean. */
const LETTERS: Readonly<Record<string, string>> = {
  "-i": "instances",
  "-o": "output",
  "-e": "error",
  "-l": "log",
  "-c": "cron",
  "-x": "execute_command",
  "-k": "kill_timeout",
  "-p": "pid",
  "-w": "write",
};

/** The options that are neither settings nor switches: the word behind their flag is their value. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  "log_type",
  "log_date_format",
  "pid_file",
  "gid",
  "filter_env",
  "instance_var",
  "increment_var",
  "kill_retry_time",
  "node_args",
]);

/** Options that become a setting by a way of their own, and its flag. */
const OF_OPTIONS: Readonly<Record<string, string>> = {
  out_file: "log-link-out",
  error_file: "log-link-err",
  log_file: "log-link-out",
  merge_logs: "log-link-merge",
};

const NO_CONTAINERS = refused("no containers are made");
/** PM2 changes a process so; here that is a start. */
const START_CHANGES = refused(
  "'tsm start COMMAND' with it, --name NAME and --force changes the process",
);
const UPDATE_ENV = refused("'tsm restart NAME --update-env' gives it the variables of the shell");
const SILENT: Pm2Flag = { fate: "mapped", flag: "quiet" };

/** Flags of all commands that are no options of an app. */
const OF_ALL: Readonly<Record<string, Pm2Flag>> = {
  "--env": { fate: "mapped", flag: "env-name" },
  "-s": SILENT,
  "--silent": SILENT,
  "-v": refused("'tsm --version' prints it"),
  "--version": refused("'tsm --version' prints it"),
  "--no-color": ignored("NO_COLOR=1 in the environment leaves the colours out"),
  "--attach": ignored("'tsm logs NAME' follows the logs"),
  "--no-daemon": refused("'tsm run' runs it in the foreground"),
};

/** Flags that are no options of an app, by the names of tsm's commands. */
const OF_COMMANDS: Readonly<Record<string, Readonly<Record<string, Pm2Flag>>>> = {
  start: {
    "-a": UPDATE_ENV,
    "--update-env": UPDATE_ENV,
    "--ext": refused("--watch-ignore names what is not watched"),
    "--watch-delay": refused("a file says it: watch: { debounce: '500ms' }"),
    "--no-autostart": refused(
      "start it when it shall run: nothing is listed before its first start",
    ),
    "--parallel": ignored("those that do not depend on each other start together", true),
    "--fresh": NO_CONTAINERS,
    "--daemon": NO_CONTAINERS,
    "--container": NO_CONTAINERS,
    "--dist": NO_CONTAINERS,
    "--image-name": NO_CONTAINERS,
    "--node-version": NO_CONTAINERS,
    "--dockerdaemon": NO_CONTAINERS,
  },
  restart: {
    "-a": { fate: "mapped", flag: "update-env" },
    "--parallel": ignored("those that do not depend on each other restart together", true),
    "--watch": refused("'tsm start' with --watch, --name and --force changes what is watched"),
  },
  reload: {
    "-a": { fate: "mapped", flag: "update-env" },
    "--parallel": ignored("the instances of an app are reloaded one after another", true),
  },
  stop: { "--watch": ignored("what is stopped is not watched") },
  ls: {
    "-m": refused("'tsm ls --columns id,name,status' shows less"),
    "--mini-list": refused("'tsm ls --columns id,name,status' shows less"),
    "-t": refused("'tsm ls' prints a table, with --json all fields"),
    "--tree": refused("'tsm ls' prints a table, with --json all fields"),
  },
  startup: {
    "-u": { fate: "mapped", flag: "user" },
    "--hp": refused("it is the home of --user; --root names another root"),
    "--wait-ip": refused("the unit that 'tsm startup' prints is to be edited"),
    "--service-name": { fate: "mapped", flag: "name" },
  },
  logs: {
    "--nostream": { fate: "mapped", flag: "no-follow" },
    "--timestamp": { fate: "mapped", flag: "time" },
    "--format": refused("'tsm logs --json' prints lines with fields"),
  },
};

/**
 * Finds what a flag of PM2's is here.
 *
 * @param command The name of the command, as tsm calls it.
 * @param flag With its dashes, without a value.
 * @returns `undefined` where PM2 has no such flag, or tsm has the same.
 *
 * @example
 * ```ts
 * import { findPm2Flag } from "./pm2_flags.ts";
 *
 * findPm2Flag("logs", "--nostream"); // { fate: "mapped", flag: "no-follow" }
 * ```
 */
export function findPm2Flag(command: string, flag: string): Pm2Flag | undefined {
  // 'tsm run' has the flags of a start.
  const table = OF_COMMANDS[command === "run" ? "start" : command] ?? {};
  const known = Object.hasOwn(table, flag) ? table[flag] : undefined;
  if (known) return known;
  if (Object.hasOwn(OF_ALL, flag)) return OF_ALL[flag];
  if (!["start", "run", "restart", "reload"].includes(command)) return undefined;
  const ofStart = flagOfStart(flag);
  if (command === "start" || command === "run" || ofStart === undefined) return ofStart;
  return ofStart.fate === "ignored" ? ofStart : START_CHANGES;
}

function flagOfStart(flag: string): Pm2Flag | undefined {
  const letter = LETTERS[flag];
  if (letter === undefined && !flag.startsWith("--")) return undefined;
  const name = letter ?? flag.slice("--".length).replaceAll("-", "_");
  if (name === "instances") return { fate: "mapped", flag: name, convert: instancesText };
  const setting = OF_SETTINGS.get(name);
  if (setting) return setting;
  const option = findPm2Option(name) ?? findPm2Option(name.replace(/^no_/, ""));
  if (option === undefined) return undefined;
  const [first = ""] = option.names;
  if (Object.hasOwn(OF_OPTIONS, first)) return { fate: "mapped", flag: OF_OPTIONS[first]! };
  const hasValue = WITH_VALUE.has(first);
  if (option.names.includes("node_args")) {
    return { fate: "refused", becomes: "give --interpreter 'node ARGUMENTS'", hasValue };
  }
  const fate = option.fate === "ignored" ? "ignored" : "refused";
  return { fate, becomes: becomesText(option), hasValue };
}

/** The flags of options that are settings here and have a flag, by the names of those options. */
const OF_SETTINGS: ReadonlyMap<string, Pm2Flag> = new Map(
  [...Object.values<Part>(DEFINITION_SETTINGS), ...SETTING_KEYS.map((key): Part => SETTINGS[key])]
    .flatMap(flagsOf),
);

function flagsOf({ pm2, flag, type }: Part): [string, Pm2Flag][] {
  // A number without a unit is milliseconds to PM2, and only its own names of the flags say so.
  const convert = (value: string) => /^\d+$/.test(value) ? `${value}ms` : value;
  const own = pm2 === undefined || flag === undefined
    ? []
    : pm2.names.map((name): [string, Pm2Flag] => [
      name,
      { fate: "mapped", flag: flag.name, ...type.kind === "duration" ? { convert } : {} },
    ]);
  return [...own, ...Object.values(partsOf(type)).flatMap(flagsOf)];
}

/** How many processes `-i 4`, `max`, `0` and `-1` ask for. */
function instancesText(value: string): string {
  const part = findPm2Option("instances")?.take?.(value);
  return typeof part === "object" && part.instances !== undefined
    ? String(processCount(part.instances))
    : value;
}

function ignored(becomes: string, hasValue = false): Pm2Flag {
  return { fate: "ignored", becomes, hasValue };
}

function refused(becomes: string): Pm2Flag {
  return { fate: "refused", becomes, hasValue: false };
}
