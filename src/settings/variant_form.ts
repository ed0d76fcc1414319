import { type Form, isText, objectOf, refuse } from "../document/form.ts";
import { member, type Node } from "../document/node.ts";
import type { Reader } from "../document/reader.ts";
import { oneOf, text } from "../document/scalar_forms.ts";
import { type FormOf, membersOf } from "./members_of.ts";
import { defaultsOf, partsOf } from "./table/parts.ts";
import type { Parts, VariantType } from "./table/value_type.ts";

type Values = Record<string, unknown>;

/**
 * The form of an object whose `type` says which parts it has. The type may be left out where a
 * part tells it, and a text may stand for the whole.
 */
export function variantForm(type: VariantType, formOf: FormOf): Form<Values> {
  const { variants, what } = type;
  const object = objectOf({
    type: { form: oneOf(Object.keys(variants)), help: type.help },
    ...membersOf(partsOf(type), formOf),
  }, what);
  const defaults = defaultsOf(type.common);
  return {
    schema: { anyOf: [{ type: "string" }, object.schema] },
    takes: what,
    read(node, reader) {
      if (!isText(node) && node.kind !== "object") return refuse(this, node, reader);
      const given = isText(node)
        ? readShorthand(type, formOf, node, reader)
        : checkParts(type, node, object.read(node, reader), reader);
      // Given parts come behind the defaults: in another order the digest of a file would change,
      // and the next 'tsm apply' would restart what has not changed.
      return given && { ...defaults, ...given };
    },
  };
}

/** A text: the name of a variant that needs no part, or the part that is its shorthand. */
function readShorthand(
  { variants, shorthand, what }: VariantType,
  formOf: FormOf,
  node: Node,
  reader: Reader,
): Values | undefined {
  const given = text(what, { keepsOwnVariables: true }).read(node, reader);
  if (given === undefined) return undefined;
  if (Object.hasOwn(variants, given) && !hasRequired(variants[given]!)) return { type: given };
  const [name, parts] = Object.entries(variants).find(([, parts]) => parts[shorthand])!;
  const partType = parts[shorthand]!.type;
  if (partType.kind === "text" && partType.pattern?.test(given) === false) {
    return refuse({ takes: what }, node, reader);
  }
  const part = formOf(partType).read(node, reader);
  return part === undefined ? undefined : { type: name, [shorthand]: part };
}

/** Refuses parts that belong to another variant, and a variant that lacks a part it needs. */
function checkParts(
  { variants, common, noun }: VariantType,
  node: Node,
  given: Readonly<Values> | undefined,
  reader: Reader,
): Values | undefined {
  if (given === undefined || node.kind !== "object") return undefined;
  const keys = node.entries.map(({ key }) => key);
  const name = given["type"] as string | undefined ?? toldBy(keys, variants) ??
    Object.keys(variants)[0]!;
  const parts = variants[name]!;
  const fitting = ["type", ...Object.keys(parts), ...Object.keys(common)];
  const foreign = keys.find((key) =>
    !fitting.includes(key) && Object.values(variants).some((parts) => Object.hasOwn(parts, key))
  );
  if (foreign !== undefined) {
    const message = `'${foreign}' does not go with ${noun} by ${name}; there are ${
      fitting.join(", ")
    }`;
    reader.refuse(member(node, foreign)!, message);
    return undefined;
  }
  const missing = Object.keys(parts).find((key) => parts[key]!.required && !(key in given));
  if (missing === undefined) return { ...given, type: name };
  // Where it is there, its value has been refused already: one message is enough.
  if (!keys.includes(missing)) reader.refuse(node, `${noun} by ${name} takes '${missing}'`);
  return undefined;
}

function hasRequired(parts: Parts): boolean {
  return Object.values(parts).some(({ required }) => required);
}

/** The variant of which a required part is there. */
function toldBy(
  keys: readonly string[],
  variants: VariantType["variants"],
): string | undefined {
  return Object.keys(variants).find((name) =>
    Object.entries(variants[name]!).some(([key, { required }]) => required && keys.includes(key))
  );
}
