/**
 * Forms: what a value in a file may look like. A form both reads a value and makes its
 * part of the JSON schema, so that the two agree.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
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

/** Tells the reader that a value is not of a form. */
export function refuse(
  form: { readonly takes: string },
  node: Node,
  reader: Reader,
  hint?: string,
): undefined {
  const behind = hint === undefined ? "" : `; ${hint}`;
  reader.refuse(node, `expected ${form.takes}, found ${describeNode(node)}${behind}`);
  return undefined;
}

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
          reader.refuseKey(entry.value.path, entry.keySpan, unknownKey(entry.key, members, reader));
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
function unknownKey(
  key: string,
  members: Readonly<Record<string, unknown>>,
  reader: Reader,
): string {
  const known = Object.keys(members);
  const meant = reader.meant(key, known);
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
