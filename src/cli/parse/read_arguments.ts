import { parseArgs } from "@std/cli/parse-args";
import { type Arguments, COMMON_FLAGS, type Syntax } from "./arguments.ts";
import { type Flag, spellings } from "./flag.ts";
import { nearest } from "../../nearest.ts";
import { toMilliseconds } from "../../units.ts";

/**
 * Reads what follows a command's name.
 *
 * @throws {Deno.errors.InvalidData} for a flag the command does not have, naming the
 * nearest one it has, or for a flag without its value.
 */
export function readArguments(command: Syntax, args: readonly string[]): Arguments {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const valued = flags.filter(({ value }) => value !== undefined);
  const given = command.takesNumbers ? numbersAsWords(args) : args;
  const parsed = parseArgs(joinValues(command, flags, given), {
    string: ["_", ...valued.map(({ name }) => name)],
    boolean: flags.filter(({ value }) => value === undefined).map(({ name }) => name),
    collect: flags.filter(({ repeat }) => repeat).map(({ name }) => name),
    alias: Object.fromEntries(flags.flatMap(({ name, short }) => short ? [[name, [short]]] : [])),
    "--": true,
    unknown: (arg, key) => {
      if (key !== undefined) refuseFlag(command, flags, arg);
      return true;
    },
  });
  const values = (name: string): string[] => {
    const value = parsed[name];
    return value === undefined ? [] : [value].flat().map(String);
  };
  for (const { name, value } of valued) {
    if (values(name).includes("")) refuseWithoutValue(command, name, value!);
  }
  return {
    words: [...parsed._, ...parsed["--"] ?? []].map(String),
    before: parsed._.map(String),
    has: (flag) => parsed[flag] === true,
    get: (flag) => values(flag).at(-1),
    all: values,
  };
}

/** Whether it is a duration as `30s`; a number alone may be an id. */
function isDuration(word: string | undefined): boolean {
  return word !== undefined && /[a-z]$/.test(word) && toMilliseconds(word) !== undefined;
}

/**
 * Joins flags with the values that would not be found behind them: `--wait` becomes `--wait=30s`,
 * as its value is never the word that follows, and `--since -5m` becomes `--since=-5m`, so that the
 * message tells what is wrong with the value, not that there is no flag `-5m`.
 *
 * @throws {Deno.errors.InvalidData} for `--wait 10s`: a program would be given the `10s`.
 */
function joinValues(
  command: Syntax,
  flags: readonly Flag[],
  args: readonly string[],
): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") return [...joined, ...args.slice(index)];
    const flag = flags.find(({ name, short }) => arg === `--${name}` || arg === `-${short}`);
    const next = args[index + 1];
    if (flag?.optional !== undefined) {
      if (isDuration(flag.optional) && isDuration(next)) {
        throw new Deno.errors.InvalidData(
          `Cannot run 'tsm ${command.name}' with --${flag.name} ${next}: its value goes behind an =, ` +
            `as in --${flag.name}=${next}`,
        );
      }
      joined.push(`--${flag.name}=${flag.optional}`);
    } else if (flag?.value !== undefined && next !== undefined && /^-[0-9]/.test(next)) {
      joined.push(`--${flag.name}=${next}`);
      index++;
    } else joined.push(arg);
  }
  return joined;
}

/** Puts `-1` behind `--`, where it is a word. */
function numbersAsWords(args: readonly string[]): string[] {
  const isNumber = (arg: string) => /^-[0-9]+$/.test(arg);
  const words = args.filter(isNumber);
  return words.length === 0 ? [...args] : [...args.filter((arg) => !isNumber(arg)), "--", ...words];
}

function refuseWithoutValue(command: Syntax, name: string, value: string): never {
  throw new Deno.errors.InvalidData(
    `Cannot run 'tsm ${command.name}': --${name} needs a value, --${name} ${value}`,
  );
}

function refuseFlag(command: Syntax, flags: readonly Flag[], arg: string): never {
  const [given = arg] = arg.split("=", 1);
  // `--name=` is not taken for the flag it names.
  const named = flags.find(({ name }) => arg === `--${name}=`);
  if (named?.value !== undefined) refuseWithoutValue(command, named.name, named.value);
  const known = flags.flatMap(spellings);
  const meant = given.startsWith("--") ? nearest(given, known) : undefined;
  const hint = given === "--host"
    ? `another machine is named before the command: 'tsm --host HOST ${command.name}'; `
    : meant
    ? `did you mean ${meant}? `
    : "";
  const takesCommand = command.usage.includes("COMMAND");
  const forCommand = takesCommand ? "; flags of the command itself go behind --" : "";
  throw new Deno.errors.InvalidData(
    `Cannot run 'tsm ${command.name}': there is no flag ${given}; ${hint}` +
      `'tsm ${command.name} --help' lists them${forCommand}`,
  );
}
