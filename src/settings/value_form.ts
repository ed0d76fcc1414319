/**
 * The forms of values in `tsm.jsonc` by their kinds: how a value is read, and its part of the
 * JSON schema.
 *
 * @module
 */
import { either, type Form, isText, listOf, mapOf, mapped, objectOf } from "../document/form.ts";
import type { Node } from "../document/node.ts";
import { duration, flag, oneOf, path, size, text, whole } from "../document/scalar_forms.ts";
import { parseSignal } from "../signal_names.ts";
import { commandForm, variables } from "./definition_form.ts";
import { membersOf } from "./members_of.ts";
import { bareAlone, defaultsOf } from "./table/parts.ts";
import { takes } from "./takes.ts";
import { variantForm } from "./variant_form.ts";
import type { ChoiceType, ListType, MapType, ObjectType, ValueType } from "./table/value_type.ts";

/** The form of a value of this kind. */
export function valueForm(type: ValueType): Form<unknown> {
  switch (type.kind) {
    case "switch":
      return flag;
    case "number":
      return whole(takes(type), type);
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
      return variantForm(type, valueForm);
  }
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
  const { words, booleans, or } = type;
  const word = oneOf(words);
  if (or !== undefined) {
    const { prefix, maximum, problem } = or;
    const prefixed = text(takes(type), { pattern: new RegExp(`^${prefix}`), maximum, problem });
    const hasPrefix = (node: Node) =>
      node.kind === "scalar" && String(node.value).startsWith(prefix);
    return either<string>(
      [word, prefixed],
      takes(type),
      (node) => hasPrefix(node) ? prefixed : word,
    );
  }
  if (booleans === undefined) return word;
  return either<string>(
    [flag, word],
    takes(type),
    (node) => isText(node) ? word : mapped(flag, (on) => on ? booleans.true : booleans.false),
  );
}

function listForm({ of, what, minimum, maximum, single, isBareAlone }: ListType): Form<unknown> {
  const item = valueForm(of);
  const several = listOf(item, what, minimum, maximum);
  if (!single) return several;
  const list = isBareAlone ? mapped(several, bareAlone) : several;
  return either<unknown>([item, list], what, (node) => {
    if (isText(node)) return isBareAlone ? item : mapped(item, (one) => [one]);
    return node.kind === "array" ? list : undefined;
  });
}

function mapForm(type: MapType): Form<unknown> {
  const { what, bare, names: known } = type;
  const value = mapValueForm(type);
  const map = known === undefined ? mapOf(value, what) : objectOf(
    Object.fromEntries(
      Object.entries(known).map(([name, help]) => [name, { form: value, help }]),
    ),
    what,
  );
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

function mapValueForm({ of, bare, details }: MapType): Form<unknown> {
  const value = valueForm(of);
  if (details === undefined) return value;
  const { key, what, help, parts } = details;
  const members = { [key]: { form: value, help }, ...membersOf(parts, valueForm) };
  const object = mapped(objectOf(members, what), (given) => {
    const whole: Readonly<Record<string, unknown>> = { [key]: bare, ...given };
    return Object.keys(whole).length === 1 ? whole[key] : whole;
  });
  return either<unknown>(
    [value, object],
    what,
    (node) => node.kind === "object" ? object : value,
  );
}

/**
 * The parts that are given come behind the defaults. In another order the digest of a file would
 * change, and the next `tsm apply` would restart what has not changed.
 */
function objectForm({ parts, what, shorthand }: ObjectType): Form<unknown> {
  const defaults = defaultsOf(parts);
  const object = mapped(
    objectOf(membersOf(parts, valueForm), what),
    (given) => ({ ...defaults, ...given }),
  );
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
