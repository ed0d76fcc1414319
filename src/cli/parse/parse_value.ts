import { resolve } from "@std/path/posix";
import { nearest } from "../../nearest.ts";
import { parseSignal } from "../../signal_names.ts";
import { bareAlone } from "../../settings/table/parts.ts";
import { takes } from "../../settings/takes.ts";
import type {
  ChoiceType,
  ListType,
  MapType,
  TextType,
  ValueType,
} from "../../settings/table/value_type.ts";
import { parseDuration } from "./parse_duration.ts";
import { parseSize } from "./parse_size.ts";

/** What a text is the value of, for messages, and where it was written. */
export interface ValueContext {
  /** A flag, or the key of a setting. */
  readonly what: string;
  /** What is right, as it is typed: `--nice 10`. */
  readonly example?: string | undefined;
  /** A word that its reader has taken already, and that is right too. */
  readonly also?: string | undefined;
  /** Where relative paths begin; absolute. */
  readonly dir: string;
}

/**
 * Reads the value of a setting as people write it in a command line: `10s`, `300M`, `on`,
 * `0,143`.
 *
 * @throws {Deno.errors.InvalidData} quoting a text that is no value of this kind.
 *
 * @example
 * ```ts
 * import { DAY } from "../../settings/table/value_type.ts";
 * import { parseValue } from "./parse_value.ts";
 *
 * const type = { kind: "duration", minimum: 0, maximum: DAY } as const;
 * parseValue(type, "10s", { what: "--kill-timeout", dir: "/" }); // 10000
 * ```
 */
export function parseValue(type: ValueType, text: string, context: ValueContext): unknown {
  switch (type.kind) {
    case "switch":
      if (/^(on|true|yes|1)$/i.test(text)) return true;
      if (/^(off|false|no|0)$/i.test(text)) return false;
      throw refusal(text, "on or off", context);
    case "number": {
      const number = Number(text);
      const fits = /^-?[0-9]+$/.test(text) && number >= type.minimum && number <= type.maximum;
      if (fits) return number;
      if (type.ifMore !== undefined && number > type.maximum) {
        throw wrong(text, `it takes ${takes(type)}; for more, ${type.ifMore}`, context);
      }
      throw refusal(text, takes(type), context);
    }
    case "duration": {
      const milliseconds = parseDuration(text, context.what);
      if (milliseconds >= type.minimum && milliseconds <= type.maximum) return milliseconds;
      throw refusal(text, takes(type), context);
    }
    case "size":
      return parseSize(text, context.what);
    case "text": {
      const { what, pattern, maximum = Infinity, problem } = type;
      const fits = text !== "" && text.length <= maximum && (pattern?.test(text) ?? true);
      if (!fits) throw refusal(text, what, context);
      const message = problem?.(text);
      if (message !== undefined) throw wrong(text, message, context);
      return text;
    }
    case "path":
      return resolve(context.dir, text);
    case "signal":
      return parseSignal(text);
    case "choice":
      return parseChoice(type, text, context);
    case "list":
      return parseList(type, text.split(","), context);
    case "map":
      return parseMap(type, text.split(","), context);
    case "command":
    case "variables":
    case "object":
    case "variant":
      throw new TypeError(`${context.what} is not read from one text`);
  }
}

/**
 * Reads a list of which each value was written by itself.
 *
 * @throws {Deno.errors.InvalidData} quoting what is no value of it.
 */
export function parseList(
  { of, what, minimum, maximum, isBareAlone }: ListType,
  texts: readonly string[],
  context: ValueContext,
): unknown {
  // Nothing at all is no values; nothing between two commas is no value, and of no path.
  const isNothing = texts.length === 1 && texts[0] === "";
  const given = isNothing ? [] : of.kind === "path" ? texts.filter((text) => text !== "") : texts;
  const isNumber = of.kind === "number";
  const values = given.map((text) => parseValue(of, isNumber ? text.trim() : text, context));
  if (values.length >= minimum && values.length <= maximum) {
    return isBareAlone ? bareAlone(values) : values;
  }
  throw refusal(texts.join(","), `${what} of ${minimum} to ${maximum}`, context);
}

/**
 * Reads `NAME` and `NAME:VALUE`, each of which was written by itself, with what else is said of the
 * value behind a comma: `NAME:VALUE,SWITCH`. Where the values are texts, it is `NAME=TEXT`. What
 * writes this form is `formatMapFlag`.
 *
 * @throws {Deno.errors.InvalidData} quoting what is none.
 */
export function parseMap(
  type: MapType,
  texts: readonly string[],
  context: ValueContext,
): Readonly<Record<string, unknown>> {
  const { of, bare, details } = type;
  if (of.kind === "text") {
    return Object.fromEntries(texts.map((text) => parsePair(type, of, text, context)));
  }
  const words: readonly string[] = of.kind === "choice" ? of.words : [];
  const switches = Object.keys(details?.parts ?? {});
  return Object.fromEntries(texts.map((text) => {
    const [value = "", ...said] = text.split(",");
    const [name = "", word = bare ?? "", ...more] = value.split(":");
    const isValue = words.includes(word) && name !== "" && more.length === 0;
    if (!isValue || !said.every((one) => switches.includes(one))) {
      const behind = switches.length === 0 ? "" : `, and behind it ,${switches.join(" or ,")}`;
      throw refusal(text, `NAME, or NAME:${words.join(", NAME:")}${behind}`, context);
    }
    if (details === undefined || said.length === 0) return [name, word];
    return [name, { [details.key]: word, ...Object.fromEntries(said.map((one) => [one, true])) }];
  }));
}

function parsePair(
  { what, names = {} }: MapType,
  of: TextType,
  text: string,
  context: ValueContext,
): readonly [name: string, value: unknown] {
  const at = text.indexOf("=");
  if (at <= 0) throw refusal(text, what, context);
  const name = text.slice(0, at);
  if (!Object.hasOwn(names, name)) {
    const known = Object.keys(names);
    const meant = nearest(name, known);
    const hint = meant ? `did you mean '${meant}'?` : `there are ${known.join(", ")}`;
    throw wrong(text, `there is no ${JSON.stringify(name)}; ${hint}`, context);
  }
  return [name, parseValue(of, text.slice(at + 1), context)];
}

function parseChoice({ words, or }: ChoiceType, text: string, context: ValueContext): string {
  if (words.includes(text)) return text;
  if (or === undefined || !text.startsWith(or.prefix)) {
    throw refusal(text, [...words, ...or ? [or.example] : []].join(", "), context);
  }
  const problem = or.problem(text);
  if (problem !== undefined) throw wrong(text, problem, context);
  return text;
}

function refusal(text: string, rule: string, context: ValueContext): Error {
  const other = context.also === undefined ? "" : `, or '${context.also}'`;
  return wrong(text, `it takes ${rule}${other}`, context);
}

function wrong(text: string, message: string, { what, example }: ValueContext): Error {
  const shown = example === undefined ? "" : `; example: ${example}`;
  return new Deno.errors.InvalidData(
    `Cannot use ${JSON.stringify(text)} as ${what}: ${message}${shown}`,
  );
}
