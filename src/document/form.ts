/**
 * Forms: what a value in a file may look like. A form both reads a value and makes its
 * part of the JSON schema, so that the two agree.
 *
 * @module
 */
import { resolve } from "@std/path";
import { nearest } from "../nearest.ts";
import { toBytes, toMilliseconds } from "../units.ts";
import { describeNode, type Node, pathTo } from "./node.ts";
import type { Reader } from "./reader.ts";

/** A part of a JSON schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a value may look like. */
export interface Form<T> {
  readonly schema: JsonSchema;
  /** What it takes, for messages: "a text". */
  readonly takes: string;
  /** Reads a value. If it is wrong, that is told to the reader and `undefined` returned. */
  read(node: Node, reader: Reader): T | undefined;
}

/**
 * The part of a schema that allows a text with a variable, `${NAME}`, in the place of another
 * value.
 */
const FROM_ENVIRONMENT: JsonSchema = { type: "string", pattern: "\\$\\{" };

function refuse(form: { readonly takes: string }, node: Node, reader: Reader): undefined {
  reader.refuse(node, `expected ${form.takes}, found ${describeNode(node)}`);
  return undefined;
}

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

/** A whole number, or a text of variables that makes one. */
export function whole(takes: string, minimum: number, maximum: number): Form<number> {
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
      return fits(node.value) ? node.value : refuse(this, node, reader);
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

/** A list of values of one form; `minimum` and `maximum` say how many there may be. */
export function listOf<T>(
  form: Form<T>,
  takes: string,
  minimum = 0,
  maximum = Infinity,
): Form<T[]> {
  return {
    schema: {
      type: "array",
      items: form.schema,
      ...minimum > 0 ? { minItems: minimum } : {},
      ...maximum < Infinity ? { maxItems: maximum } : {},
    },
    takes,
    read(node, reader) {
      if (node.kind !== "array" || node.items.length < minimum) return refuse(this, node, reader);
      if (node.items.length > maximum) {
        reader.refuse(node, `expected ${takes} of at most ${maximum}, found ${node.items.length}`);
        return undefined;
      }
      const values = node.items.map((item) => form.read(item, reader));
      return values.every((value) => value !== undefined) ? values : undefined;
    },
  };
}

/** An object from names of the user's choice to values of one form. */
export function mapOf<T>(
  form: Form<T>,
  takes: string,
  key?: { readonly pattern: RegExp; readonly rule: string },
): Form<Record<string, T>> {
  return {
    schema: {
      type: "object",
      additionalProperties: form.schema,
      ...key ? { propertyNames: { pattern: key.pattern.source } } : {},
    },
    takes,
    read(node, reader) {
      if (node.kind !== "object") return refuse(this, node, reader);
      const values: [string, T][] = [];
      for (const entry of withoutRepeats(node, reader)) {
        if (key && !key.pattern.test(entry.key)) {
          const message = `${JSON.stringify(entry.key)} cannot be used here: ${key.rule}`;
          reader.refuseKey(entry.value.path, entry.keySpan, message);
        }
        const value = form.read(entry.value, reader);
        if (value !== undefined) values.push([entry.key, value]);
      }
      // Not by assignment, which would change the prototype for the key '__proto__'.
      return Object.fromEntries(values);
    },
  };
}

/** What a key of an object stands for. */
export interface Member<T> {
  readonly form: Form<T>;
  readonly help: string;
}

/** The members an object may have, by their keys. */
export type Members = Readonly<Record<string, Member<unknown>>>;

/** What an object with some members reads as: those that are there. */
export type Read<M extends Members> = {
  -readonly [K in keyof M]?: M[K] extends Member<infer T> ? T : never;
};

/** An object of known keys. */
export function objectOf<const M extends Members>(
  members: M,
  takes: string,
  required: readonly (keyof M & string)[] = [],
): Form<Read<M>> {
  return {
    schema: {
      type: "object",
      additionalProperties: false,
      ...required.length > 0 ? { required } : {},
      properties: Object.fromEntries(
        Object.entries(members).map((
          [key, { form, help }],
        ) => [key, { description: help, ...form.schema }]),
      ),
    },
    takes,
    read(node, reader) {
      if (node.kind !== "object") return refuse(this, node, reader);
      const values: [string, unknown][] = [];
      for (const entry of withoutRepeats(node, reader)) {
        const found = Object.hasOwn(members, entry.key) ? members[entry.key] : undefined;
        if (!found) {
          reader.refuseKey(entry.value.path, entry.keySpan, unknownKey(entry.key, members));
          continue;
        }
        const value = found.form.read(entry.value, reader);
        if (value !== undefined) values.push([entry.key, value]);
      }
      for (const key of required) {
        if (node.entries.some((entry) => entry.key === key || meansKey(entry.key, key, members))) {
          continue;
        }
        const place = node.span && { ...node.span, length: 1 };
        const message = `'${key}' is missing: ${members[key]!.help}`;
        reader.refuseKey(pathTo(node.path, key), place, message);
      }
      return Object.fromEntries(values) as Read<M>;
    },
  };
}

/** Says that there is no such key, and which one was probably meant. */
function unknownKey(key: string, members: Readonly<Record<string, unknown>>): string {
  const known = Object.keys(members);
  const meant = nearest(key, known);
  const hint = meant ? `did you mean '${meant}'?` : `there are ${known.join(", ")}`;
  return `there is no setting ${JSON.stringify(key)}; ${hint}`;
}

/** Tells whether `given` is no key of these, but was probably meant to be `key`. */
export function meansKey(
  given: string,
  key: string,
  members: Readonly<Record<string, unknown>>,
): boolean {
  return !Object.hasOwn(members, given) && nearest(given, Object.keys(members)) === key;
}

/** The entries of an object, each key once; a repeated one is refused. */
function withoutRepeats(node: Node & { kind: "object" }, reader: Reader) {
  const seen = new Set<string>();
  for (const { key, keySpan, value } of node.entries) {
    if (seen.has(key)) {
      reader.refuseKey(value.path, keySpan, `${JSON.stringify(key)} is there twice`);
    }
    seen.add(key);
  }
  return node.entries;
}

/**
 * One of several forms, by the kind of the value.
 *
 * @param choose Returns the form for a value; `undefined` where none takes it.
 */
export function either<T>(
  forms: readonly Form<unknown>[],
  takes: string,
  choose: (node: Node) => Form<T> | undefined,
): Form<T> {
  return {
    schema: { anyOf: forms.map(({ schema }) => schema) },
    takes,
    read(node, reader) {
      const form = choose(node);
      return form ? form.read(node, reader) : refuse(this, node, reader);
    },
  };
}

/** A form whose value is made into something else. */
export function mapped<A, B>(form: Form<A>, map: (value: A, reader: Reader) => B): Form<B> {
  return {
    schema: form.schema,
    takes: form.takes,
    read(node, reader) {
      const value = form.read(node, reader);
      return value === undefined ? undefined : map(value, reader);
    },
  };
}

/** Whether a value is a text. */
export function isText(node: Node): boolean {
  return node.kind === "scalar" && typeof node.value === "string";
}
