/**
 * The forms of single values: texts and what is written as one, numbers, switches.
 *
 * @module
 */
import { resolve } from "@std/path/posix";
import { toBytes, toMilliseconds } from "../units.ts";
import { type Form, type JsonSchema, refuse } from "./form.ts";
import { describeNode } from "./node.ts";
import type { Reader } from "./reader.ts";

/**
 * The part of a schema that allows a text with a variable, `${NAME}`, in the place of another
 * value.
 */
const FROM_ENVIRONMENT: JsonSchema = { type: "string", pattern: "\\$\\{" };

/** What a form of texts may ask for. */
interface TextOptions<T> {
  readonly takes: string;
  /** What the text means; `undefined` if it is not of the form. */
  readonly parse?: (text: string, reader: Reader) => T | undefined;
  /** The pattern of the schema; a text with a variable in it is not checked. */
  readonly pattern?: string;
  readonly values?: readonly string[];
  /** Whether the process's own variables may be in it. */
  readonly own?: boolean;
}

function textForm<T>(options: TextOptions<T>): Form<T> {
  const { takes, parse, pattern, values, own = false } = options;
  const schema = values
    ? { enum: values }
    : pattern === undefined
    ? { type: "string", minLength: 1 }
    : { type: "string", pattern: `${pattern}|\\$\\{` };
  return {
    schema,
    takes,
    read(node, reader) {
      if (node.kind !== "scalar" || typeof node.value !== "string") {
        return refuse(this, node, reader);
      }
      const before = reader.problems.length;
      const expanded = reader.expand(node.value, node, own);
      // A variable that is not set has been reported already: the text made of it would be reported
      // a second time.
      if (reader.problems.length > before) return undefined;
      const ok = expanded !== "" && !expanded.includes("\0");
      const value = !ok ? undefined : parse ? parse(expanded, reader) : expanded as T;
      if (value !== undefined) return value;
      if (expanded === node.value) return refuse(this, node, reader);
      reader.refuse(node, `expected ${takes}, found ${describeNode(node)}, which is '${expanded}'`);
      return undefined;
    },
  };
}

/** What a text must be like. */
export interface TextRules {
  readonly pattern?: RegExp;
  /** Characters it may have at the most. */
  readonly maximum?: number;
  /** Says what is wrong with a text that matches the pattern; `undefined`: nothing. */
  readonly problem?: (text: string) => string | undefined;
  /** Whether the process's own variables may be in it, as they are. */
  readonly keepsOwnVariables?: boolean;
}

/** A text that is not empty. */
export function text(takes = "a text", rules: TextRules = {}): Form<string> {
  const { pattern, maximum = Infinity, problem, keepsOwnVariables = false } = rules;
  const plain = textForm({
    takes,
    own: keepsOwnVariables,
    ...pattern ? { pattern: pattern.source } : {},
    parse: (given) => given.length <= maximum && (pattern?.test(given) ?? true) ? given : undefined,
  });
  if (problem === undefined) return plain;
  return {
    ...plain,
    read(node, reader) {
      const given = plain.read(node, reader);
      const message = given === undefined ? undefined : problem(given);
      if (message === undefined) return given;
      reader.refuse(node, message);
      return undefined;
    },
  };
}

/** One of some words. */
export function oneOf<const T extends string>(values: readonly T[]): Form<T> {
  const takes = `one of ${values.map((value) => `"${value}"`).join(", ")}`;
  return textForm({ takes, values, parse: (given) => values.find((value) => value === given) });
}

/** A path, from the file's directory; made absolute. */
export const path: Form<string> = textForm({
  takes: "a path",
  parse: (given, { dir }) => resolve(dir, given),
});

/** A duration; in milliseconds, as its bounds are. */
export function duration(takes: string, minimum: number, maximum: number): Form<number> {
  return textForm({
    takes,
    pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$",
    parse: (given) => {
      const milliseconds = /[a-z]$/.test(given) ? toMilliseconds(given) : undefined;
      if (milliseconds === undefined || milliseconds > maximum) return undefined;
      return milliseconds < minimum ? undefined : milliseconds;
    },
  });
}

/**
 * A whole number, or a text of variables that makes one.
 *
 * @param ifMore What to do who wants more than the maximum; told where a number is larger.
 */
export function whole(
  takes: string,
  { minimum, maximum, ifMore }: { minimum: number; maximum: number; ifMore?: string },
): Form<number> {
  const fits = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  const number = { type: "integer", minimum: minimum, maximum: maximum };
  const fromText = textForm({
    takes,
    parse: (given) => /^-?[0-9]+$/.test(given) && fits(Number(given)) ? Number(given) : undefined,
  });
  return {
    schema: { anyOf: [number, FROM_ENVIRONMENT] },
    takes,
    read(node, reader) {
      if (node.kind !== "scalar") return refuse(this, node, reader);
      if (typeof node.value === "string" && node.value.includes("${")) {
        return fromText.read(node, reader);
      }
      if (fits(node.value)) return node.value;
      const isMore = ifMore !== undefined && Number(node.value) > maximum;
      return refuse(this, node, reader, isMore ? `for more, ${ifMore}` : undefined);
    },
  };
}

/** A size; in bytes. */
export const size: Form<number> = {
  schema: {
    anyOf: [
      { type: "integer", minimum: 0 },
      { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?([KMGTkmgt](i?[Bb])?|[Bb])?$|\\$\\{" },
    ],
  },
  takes: `a size as "300M", "1.5G", or a number of bytes`,
  read(node, reader) {
    if (node.kind === "scalar" && typeof node.value === "number") {
      const isSize = Number.isSafeInteger(node.value) && node.value >= 0;
      return isSize ? node.value : refuse(this, node, reader);
    }
    return sizeText.read(node, reader);
  },
};

const sizeText = textForm({ takes: size.takes, parse: (given) => toBytes(given) });

/** `true` or `false`. */
export const flag: Form<boolean> = {
  schema: { type: "boolean" },
  takes: "true or false",
  read(node, reader) {
    return node.kind === "scalar" && typeof node.value === "boolean"
      ? node.value
      : refuse(this, node, reader);
  },
};
