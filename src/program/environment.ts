/**
 * The environment of a process: what is stored of it, and what it is made of.
 *
 * `runtime/base.env` holds one shared snapshot; a process's `env` file holds the
 * difference to it, and is there only where there is a difference.
 *
 * @module
 */
import * as v from "valibot";
import { describeIssues } from "../files/describe_issues.ts";
import { isMissing } from "../files/is_missing.ts";
import { statIfThere } from "../files/path_info.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { removeIfThere, replaceFile } from "../files/replace_file.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** The check of an environment. */
export const environmentSchema = v.record(v.string(), v.string());
/** The check of an {@linkcode EnvironmentDifference}. */
export const differenceSchema = v.object({
  set: environmentSchema,
  unset: v.array(v.string()),
  explicit: v.exactOptional(v.array(v.string())),
});

/** A process's `env` file: the difference to the base environment. */
export interface EnvironmentDifference {
  readonly set: Environment;
  readonly unset: readonly string[];
  /** The names of `set` that the user gave by `--env`: an env file does not override them. */
  readonly explicit?: readonly string[];
}

// Variables of a login session or a terminal. They would mislead a service, and differ from login
// to login: every process would get an `env` file.
const SESSION_NOISE =
  /^(_|PWD|OLDPWD|SHLVL|SSH_.*|TERM|TERM_.*|COLORTERM|COLUMNS|LINES|LS_COLORS|TMUX|TMUX_.*|STY|WINDOW|WINDOWID|VTE_VERSION|WT_.*|GPG_TTY|XDG_SESSION_.*|XDG_VTNR|XDG_SEAT|INIT_CWD|NOTIFY_SOCKET|WATCHDOG_USEC|WATCHDOG_PID|TSM_.*)$/;

/** The variables of `env` without those of a login session or a terminal. */
export function withoutSessionNoise(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SESSION_NOISE.test(name)));
}

/** The difference between `env` and `base`; `explicit` ones are always kept. */
export function differenceTo(
  base: Environment,
  env: Environment,
  explicit: Environment,
): EnvironmentDifference {
  const set = Object.fromEntries(
    Object.entries(env).filter(([name, value]) =>
      !Object.hasOwn(base, name) || base[name] !== value
    ),
  );
  const unset = Object.keys(base).filter((name) => !Object.hasOwn(env, name));
  const names = Object.keys(explicit);
  return {
    set: { ...set, ...explicit },
    unset: unset.filter((name) => !names.includes(name)),
    ...names.length > 0 ? { explicit: names } : {},
  };
}

/**
 * The environment a process gets, apart from tsm's own variables: the base, the
 * difference, its env file, and what was given explicitly, each over the one before.
 */
export function mergeEnvironment(
  base: Environment,
  difference: EnvironmentDifference,
  envFile: Environment,
): Environment {
  const merged: Record<string, string> = { ...base, ...difference.set };
  for (const name of difference.unset) delete merged[name];
  Object.assign(merged, envFile);
  for (const name of difference.explicit ?? []) {
    const value = difference.set[name];
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

/**
 * What a process gets where nothing else sets it: `PWD`, the working directory with its
 * symbolic links as they are, and for Python `PYTHONUNBUFFERED=1`. Without that what Python
 * prints stays in its buffer, and the log is empty until the program ends.
 *
 * @param process Its working directory, and what runs in it.
 */
export function defaultVariables(process: {
  readonly cwd: string;
  readonly command: string;
  readonly interpreter: string | null;
}): Environment {
  const { cwd, command, interpreter } = process;
  const runsPython = PYTHON.test(interpreter ?? "") || PYTHON.test(command);
  return { PWD: cwd, ...runsPython ? { PYTHONUNBUFFERED: "1" } : {} };
}

/** `python3`, `/opt/venv/bin/python`, `pypy3.10`, and a script `app.py`, as words of a command. */
const PYTHON = /(^|[\s/;&|("'])(python|pypy)[0-9.]*($|[\s;&|)"'])|\.py($|[\s;&|)"'])/;

/** The variable in which PM2 tells every instance its number, where `instance_var` names no other. */
export const INSTANCE_VARIABLE = "NODE_APP_INSTANCE";

/**
 * tsm's own variables, which every process gets, and those that count its instances. It has its
 * number as PM2 gives it too, also one that is alone, where a PM2 file has not said by which
 * variable: a program that has its first instance alone do something goes by that.
 */
export function ownVariables(process: {
  readonly root: string;
  readonly id: number;
  readonly name: string;
  readonly instance: number;
  readonly port: number | null;
  readonly share_port: boolean;
  /** The value that each has in the first instance. */
  readonly counters: Environment;
}): Environment {
  const isCounted = Object.keys(process.counters).length > 0;
  const counters = isCounted ? process.counters : { [INSTANCE_VARIABLE]: "0" };
  const counted = Object.entries(counters).map(([name, first]) => [
    name,
    String(Number(first) + process.instance),
  ]);
  return {
    ...Object.fromEntries(counted),
    ...process.port === null ? {} : { PORT: String(process.port) },
    ...process.share_port ? { TSM_SHARE_PORT: "1" } : {},
    TSM_ROOT: process.root,
    TSM_ID: String(process.id),
    TSM_NAME: process.name,
    TSM_INSTANCE: String(process.instance),
  };
}

/**
 * Reads the base environment.
 *
 * Format: `NAME="value"` a line, the value a JSON string.
 *
 * @returns `undefined` if none has been written yet. Where somebody has removed it since it was
 * read, it is written anew.
 * @throws {Deno.errors.InvalidData} if it is damaged.
 */
export function readBaseEnvironment(root: RuntimeRoot): Environment | undefined {
  const info = statIfThere(root.baseEnv);
  const version = info && [info.dev, info.ino, info.size, info.mtime?.getTime()].join();
  if (version !== undefined && lastBase?.version === version) return lastBase.env;
  const text = readTextIfThere(root.baseEnv);
  if (text === undefined) {
    return lastBase?.path === root.baseEnv ? writeBaseEnvironment(root, lastBase.env) : undefined;
  }
  const env = parseBaseEnvironment(root.baseEnv, text);
  lastBase = { path: root.baseEnv, version, env };
  return env;
}

/**
 * Kept from the last read: a hundred starts would read the file two hundred times, and the
 * processes could not be launched again where somebody removes it.
 */
let lastBase:
  | { readonly path: string; readonly version: string | undefined; readonly env: Environment }
  | undefined;

function parseBaseEnvironment(path: string, text: string): Environment {
  const env: Record<string, string> = {};
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=", 1);
    let value: unknown;
    try {
      value = JSON.parse(line.slice(equals + 1));
    } catch {
      value = undefined;
    }
    if (equals < 1 || typeof value !== "string") {
      throw new Deno.errors.InvalidData(`${path}:${index + 1}: expected NAME="value"`);
    }
    env[line.slice(0, equals)] = value;
  }
  return env;
}

/**
 * Writes the base environment, once for the life of a root; only the owner may read it.
 *
 * @returns what was written: without names that the format cannot hold.
 */
export function writeBaseEnvironment(root: RuntimeRoot, env: Environment): Environment {
  const base = Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("#") && !name.includes("\n")).sort(),
  );
  const lines = Object.entries(base).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  replaceFile(root.baseEnv, lines.join(""), { mode: 0o600 });
  return base;
}

/**
 * Reads the `env` file of the process `name`; a missing one is no difference.
 *
 * @throws {Deno.errors.InvalidData} if it is damaged.
 */
export function readDifference(root: RuntimeRoot, name: string): EnvironmentDifference {
  const path = processPaths(root, name).env;
  const text = isMissing(path) ? undefined : readTextIfThere(path);
  if (text === undefined) return { set: {}, unset: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`${path}: not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(differenceSchema, value);
  if (!result.success) {
    throw new Deno.errors.InvalidData(`${path}: ${describeIssues(result.issues)}`);
  }
  return result.output;
}

/** Whether there is any difference at all. */
export function differs({ set, unset }: EnvironmentDifference): boolean {
  return Object.keys(set).length > 0 || unset.length > 0;
}

/** The text of an `env` file. */
export function formatDifference(difference: EnvironmentDifference): string {
  return `${JSON.stringify(difference, null, 2)}\n`;
}

/** Writes the `env` file of the process `name`, or removes it where there is no difference. */
export function writeDifference(
  root: RuntimeRoot,
  name: string,
  difference: EnvironmentDifference,
): void {
  const path = processPaths(root, name).env;
  if (!differs(difference)) removeIfThere(path);
  else replaceFile(path, formatDifference(difference), { mode: 0o600 });
}
