/**
 * The flags of `tsm start` and `tsm run` that set something of a process, from the table of
 * settings.
 *
 * @module
 */
import { defaultsOf, partsOf } from "../../settings/table/parts.ts";
import { helpWithDefault } from "../../settings/table/setting.ts";
import { SETTING_KEYS, SETTINGS, type SpecSettings } from "../../settings/table/settings_table.ts";
import { DEFINITION_SETTINGS } from "../../settings/table/definition.ts";
import type {
  ObjectType,
  Part,
  Parts,
  SettingFlag,
  ValueType,
  VariantType,
} from "../../settings/table/value_type.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { workingDirectory } from "../parse/working_directory.ts";
import { parseList, parseMap, parseValue, type ValueContext } from "../parse/parse_value.ts";

/** The flags that set something of a process. */
export const SETTING_FLAGS: readonly Flag[] = [
  ...Object.values<Part>(DEFINITION_SETTINGS),
  ...SETTING_KEYS.map((key): Part => SETTINGS[key]),
].flatMap(flagsOf);

/** The flags of a setting and of its parts. */
function flagsOf(part: Part): readonly Flag[] {
  const own = part.flag === undefined ? [] : [toFlag(part, part.flag)];
  return [...own, ...Object.values(partsOf(part.type)).flatMap(flagsOf)];
}

function toFlag(part: Part, { name, short, value, optional, repeat, help }: SettingFlag): Flag {
  const { type } = part;
  const shown = type.kind === "choice"
    ? [...type.words, ...type.or ? [type.or.example] : []].join("|")
    : value;
  return {
    name,
    ...short === undefined ? {} : { short },
    ...shown === undefined ? {} : { value: shown },
    ...optional === undefined ? {} : { optional },
    ...repeat === undefined ? {} : { repeat },
    help: help ?? helpWithDefault(part),
  };
}

/**
 * The settings that the given flags mean; only those given.
 *
 * @param cwd The directory of the process, absolute.
 * @throws {Deno.errors.InvalidData} quoting a value that is not of the right form.
 */
export function readSettingFlags(args: Arguments, cwd: string): Partial<SpecSettings> {
  const read = SETTING_KEYS.map((key) => [key, readPart(SETTINGS[key], args, cwd)] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

function readPart(part: Part, args: Arguments, cwd: string): unknown {
  const { type, flag, default: standard } = part;
  if (type.kind === "object") return readObject(type, args, cwd);
  if (type.kind === "variant") return readVariant(type, args, cwd);
  if (flag === undefined) return undefined;
  if (type.kind === "switch") return args.has(flag.name) ? standard !== true : undefined;
  const texts = args.all(flag.name);
  const text = texts.at(-1);
  if (text === undefined || text === flag.also) return undefined;
  const context = contextOf(type, flag, cwd);
  if (flag.repeat && type.kind === "list") return parseList(type, texts, context);
  if (flag.repeat && type.kind === "map") return parseMap(type, texts, context);
  return parseValue(type, text, context);
}

function contextOf(
  type: ValueType,
  { name, value, also }: SettingFlag,
  cwd: string,
): ValueContext {
  const what = `--${name}`;
  return {
    what,
    // 'N|auto' is no example.
    example: value === undefined || also !== undefined ? undefined : `${what} ${value}`,
    also,
    // The files that are watched are the process's; others are named from where it is typed.
    dir: type.kind === "list" && type.of.kind === "path" && type.of.isInCwd
      ? cwd
      : workingDirectory(),
  };
}

/** What flags say of an object: nothing, if they only say what has a default anyway. */
function readObject({ parts }: ObjectType, args: Arguments, cwd: string): unknown {
  const given = readParts(parts, args, cwd);
  if (isBegun(parts, given)) return { ...defaultsOf(parts), ...given };
  refuseAlone(parts, given, beginningFlags(parts));
  return undefined;
}

function readVariant(type: VariantType, args: Arguments, cwd: string): unknown {
  const { variants, common } = type;
  const given = Object.entries(variants)
    .map(([name, parts]) => ({ name, parts, values: readParts(parts, args, cwd) }))
    .filter(({ parts, values }) => isBegun(parts, values));
  const [chosen, ...others] = given;
  if (chosen === undefined) {
    const beginnings = Object.values(variants).flatMap(beginningFlags);
    refuseAlone(common, readParts(common, args, cwd), beginnings);
    return undefined;
  }
  if (others.length > 0) {
    const flags = given.flatMap(({ parts, values }) =>
      Object.keys(values).map((key) => `--${parts[key]!.flag!.name}`)
    );
    throw new Deno.errors.InvalidData(`Cannot use ${flags.join(" and ")} together: give one`);
  }
  return {
    type: chosen.name,
    ...chosen.values,
    ...defaultsOf(common),
    ...readParts(common, args, cwd),
  };
}

function readParts(parts: Parts, args: Arguments, cwd: string): Record<string, unknown> {
  const read = Object.entries(parts).map(([key, part]) =>
    [key, readPart(part, args, cwd)] as const
  );
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/**
 * Refuses a flag that only says more of something which no flag has asked for.
 *
 * @param given What was given of `parts`.
 * @param beginnings The flags that ask for it.
 */
function refuseAlone(
  parts: Parts,
  given: Readonly<Record<string, unknown>>,
  beginnings: readonly SettingFlag[],
): void {
  const [key] = Object.keys(given);
  if (key === undefined) return;
  const [first] = beginnings;
  throw new Deno.errors.InvalidData(
    `Cannot use --${parts[key]!.flag!.name} alone: it goes with ` +
      `${beginnings.map(({ name }) => `--${name}`).join(" or ")}; ` +
      `add that, as in --${first!.name} ${first!.value}`,
  );
}

/** The flags by which an object or variant of these parts is begun. */
function beginningFlags(parts: Parts): readonly SettingFlag[] {
  return Object.values(parts).flatMap((part: Part) =>
    part.default === undefined && part.flag ? [part.flag] : []
  );
}

function isBegun(parts: Parts, given: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(given).some((key) => parts[key]!.default === undefined);
}
