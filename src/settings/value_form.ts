/**
 * The forms of values in `tsm.jsonc` by their kinds: how a value is read, and its part of the
 * JSON schema.
 *
 * @module
 */
import {
  either,
  type Form,
  isText,
  listOf,
  mapOf,
  mapped,
  type Members,
  objectOf,
} from "../document/form.ts";
import { duration, flag, oneOf, path, size, text, whole } from "../document/scalar_forms.ts";
import { member, type Node } from "../document/node.ts";
import { parseSignal } from "../signal_names.ts";
import { commandForm, variables } from "./definition_form.ts";
import { helpWithDefault } from "./table/setting.ts";
import { takes } from "./takes.ts";
import type {
  ChoiceType,
  ListType,
  MapType,
  ObjectType,
  Parts,
  ValueType,
  VariantType,
} from "./table/value_type.ts";

/** The form of a value of this kind. */
export function valueForm(type: ValueType): Form<unknown> {
  switch (type.kind) {
    case "switch":
      return flag;
    case "number":
      return whole(takes(type), type.minimum, type.maximum);
    case "duration":
      return duration(takes(type), type.minimum, type.maximum);
    case "size":
      return size;
    case "text":
      return text(type.what, type);
    case "path":
      return path;
    case "signal":
      return signal;
    case "choice":
      return choiceForm(type);
    case "command":
      return commandForm;
    case "variables":
      return variables;
    case "list":
      return listForm(type);
    case "map":
      return mapForm(type);
    case "object":
      return objectForm(type);
    case "variant":
      return variantForm(type);
  }
}

/** What an object with these parts may have. */
function membersOf(parts: Parts): Members {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => [
      key,
      { form: valueForm(part.type), help: helpWithDefault(part) },
    ]),
  );
}

function defaultsOf(parts: Parts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part.default !== undefined)
      .map(([key, part]) => [key, part.default]),
  );
}

const signal: Form<string> = {
  schema: { type: "string", pattern: "^(SIG)?[A-Za-z0-9]+$|\\$\\{" },
  takes: takes({ kind: "signal" }),
  read(node, reader) {
    const given = text(this.takes).read(node, reader);
    if (given === undefined) return undefined;
    try {
      return parseSignal(given);
    } catch {
      reader.refuse(node, `there is no signal ${JSON.stringify(given)}; examples: SIGINT, SIGHUP`);
      return undefined;
    }
  },
};

function choiceForm(type: ChoiceType): Form<string> {
  const { words, booleans } = type;
  const word = oneOf(words);
  if (booleans === undefined) return word;
  return either<string>(
    [flag, word],
    takes(type),
    (node) => isText(node) ? word : mapped(flag, (on) => on ? booleans.true : booleans.false),
  );
}

function listForm({ of, what, minimum, maximum, single }: ListType): Form<unknown> {
  const item = valueForm(of);
  const list = listOf(item, what, minimum, maximum);
  if (!single) return list;
  return either<unknown>([item, list], what, (node) => {
    if (isText(node)) return mapped(item, (one) => [one]);
    return node.kind === "array" ? list : undefined;
  });
}

function mapForm({ of, what, bare }: MapType): Form<unknown> {
  const map = mapOf(valueForm(of), what);
  if (bare === undefined) return map;
  const name = text("a name");
  const names = listOf(name, "a list of names");
  const withBare = (given: readonly string[]) =>
    Object.fromEntries(given.map((name) => [name, bare]));
  return either<unknown>([name, names, map], what, (node) => {
    if (isText(node)) return mapped(name, (one) => withBare([one]));
    if (node.kind === "array") return mapped(names, withBare);
    return node.kind === "object" ? map : undefined;
  });
}

/** What is there comes behind the defaults: the digest of a file depends on the order. */
function objectForm({ parts, what, shorthand }: ObjectType): Form<unknown> {
  const defaults = defaultsOf(parts);
  const object = mapped(objectOf(membersOf(parts), what), (given) => ({ ...defaults, ...given }));
  if (shorthand === undefined) return object;
  const one = mapped(
    valueForm(parts[shorthand]!.type),
    (given) => ({ ...defaults, [shorthand]: given }),
  );
  const onOrOff = mapped(flag, (on) => on ? defaults : null);
  return either<unknown>([flag, one, object], what, (node) => {
    if (node.kind === "object") return object;
    return node.kind === "scalar" && typeof node.value === "boolean" ? onOrOff : one;
  });
}

function variantForm(type: VariantType): Form<unknown> {
  const { variants, common, shorthand, what } = type;
  const names = Object.keys(variants);
  const kind = { form: oneOf(names), help: type.help };
  const object = objectOf({
    type: kind,
    ...membersOf(Object.assign({}, ...Object.values(variants))),
    ...membersOf(common),
  }, what);
  const ownKey = text(what, { keepsOwnVariables: true });
  const [named] = Object.entries(variants).find(([, parts]) => Object.hasOwn(parts, shorthand))!;
  const partType = variants[named]![shorthand]!.type;
  const isPart = (given: string) =>
    partType.kind !== "text" || partType.pattern === undefined || partType.pattern.test(given);
  const defaults = defaultsOf(common);
  return {
    schema: { anyOf: [{ type: "string" }, object.schema] },
    takes: what,
    read(node, reader) {
      if (isText(node)) {
        const given = ownKey.read(node, reader);
        if (given === undefined) return undefined;
        const word = names.find((name) => name === given && !needsAny(variants[name]!));
        if (word !== undefined) return { ...defaults, type: word };
        if (!isPart(given)) {
          reader.refuse(node, `expected ${what}, found ${JSON.stringify(given)}`);
          return undefined;
        }
        const part = valueForm(partType).read(node, reader);
        return part === undefined ? undefined : { ...defaults, type: named, [shorthand]: part };
      }
      if (node.kind !== "object") {
        reader.refuse(node, `expected ${what}`);
        return undefined;
      }
      const before = reader.problems.length;
      const given = object.read(node, reader) as Record<string, unknown> | undefined;
      if (given === undefined) return undefined;
      const keys = node.entries.map(({ key }) => key);
      const chosen = given["type"] as string | undefined ?? typeOf(variants, keys) ?? names[0]!;
      const parts = variants[chosen]!;
      const all = ["type", ...Object.keys(parts), ...Object.keys(common)];
      const foreign = keys.find((key) => isKnown(type, key) && !all.includes(key));
      if (foreign !== undefined) {
        const message = `'${foreign}' does not go with a check by ${chosen}; there are ${
          all.join(", ")
        }`;
        reader.refuse(member(node, foreign) ?? node, message);
        return undefined;
      }
      const missing = Object.keys(parts).find((key) => parts[key]!.required && !(key in given));
      if (missing !== undefined) {
        // A wrong one has been told of.
        if (reader.problems.length === before || !hasKey(node, missing)) {
          reader.refuse(node, `a check by ${chosen} takes '${missing}'`);
        }
        return undefined;
      }
      return { ...defaults, ...given, type: chosen };
    },
  };
}

function hasKey(node: Node, key: string): boolean {
  return member(node, key) !== undefined;
}

function needsAny(parts: Parts): boolean {
  return Object.values(parts).some(({ required }) => required);
}

/** The variant whose required part is there. */
function typeOf(variants: VariantType["variants"], keys: readonly string[]): string | undefined {
  return Object.keys(variants).find((name) =>
    Object.entries(variants[name]!).some(([key, { required }]) => required && keys.includes(key))
  );
}

function isKnown({ variants, common }: VariantType, key: string): boolean {
  return Object.hasOwn(common, key) ||
    Object.values(variants).some((parts) => Object.hasOwn(parts, key));
}
