/**
 * The check of values by their kinds, for `spec.json`, `settings.json` and requests. It has a file
 * of its own because it loads valibot: `tsm ls` and most of `tsm apply` are faster without.
 *
 * @module
 */
import * as v from "valibot";
import { SETTING_KEYS, SETTINGS, type SpecSettings } from "./table/settings_table.ts";
import type {
  ListType,
  MapType,
  Part,
  Parts,
  PrefixedText,
  TextType,
  ValueType,
} from "./table/value_type.ts";

type Schema<T = unknown> = v.GenericSchema<unknown, T>;

/** Text that can be handed to a program: the kernel ends an argument at a NUL character. */
export const text = v.pipe(
  v.string(),
  v.check((given) => !given.includes("\0"), "holds a NUL character"),
);

/** The check of a value of this kind. */
export function valueSchema(type: ValueType): Schema {
  switch (type.kind) {
    case "switch":
      return v.boolean();
    case "number":
    case "duration":
      return wholeNumber(type.minimum, type.maximum);
    case "size":
      return wholeNumber(0, Number.MAX_SAFE_INTEGER);
    case "text":
      return textSchema(type);
    case "path":
      return v.pipe(text, v.minLength(1));
    case "signal":
      return v.pipe(v.string(), v.regex(/^SIG[A-Z0-9]{2,10}$/));
    case "choice":
      return type.or
        ? v.union([v.picklist(type.words), prefixed(type.or)])
        : v.picklist(type.words);
    case "command":
      return v.pipe(v.array(text), v.minLength(1), v.maxLength(4096));
    case "variables":
      return v.record(v.string(), v.string());
    case "list":
      return listSchema(type);
    case "map":
      return v.record(mapNameSchema(type), mapValueSchema(type));
    case "object":
      return v.strictObject(partSchemas(type.parts));
    case "variant":
      return v.variant(
        "type",
        Object.entries(type.variants).map(([name, parts]) =>
          v.strictObject({
            type: v.literal(name),
            ...partSchemas(parts),
            ...partSchemas(type.common),
          })
        ),
      );
  }
}

/** The check of a setting: its default may be that there is nothing. */
export function settingSchema(
  { type, default: standard }: { readonly type: ValueType; readonly default: unknown },
): Schema {
  return standard === null ? v.nullable(valueSchema(type)) : valueSchema(type);
}

const schemas = Object.fromEntries(SETTING_KEYS.map((key) => [key, settingSchema(SETTINGS[key])]));

/** The check of each setting, all of them there. */
export const specSettings = schemas as {
  readonly [K in keyof SpecSettings]: Schema<SpecSettings[K]>;
};

/** The check of a spec's settings, each of them optional, for requests. */
export const settingsSchema = v.partial(v.strictObject(specSettings));

function wholeNumber(minimum: number, maximum: number): Schema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
}

function textSchema({ what, pattern, maximum, problem }: TextType): Schema<string> {
  return v.pipe(
    text,
    v.minLength(1),
    v.maxLength(maximum ?? Number.MAX_SAFE_INTEGER),
    v.check((given) => pattern?.test(given) ?? true, `is not ${what}`),
    v.check(
      (given) => problem?.(given) === undefined,
      ({ input }) => problem?.(input) ?? "",
    ),
  );
}

function prefixed({ prefix, maximum, problem }: PrefixedText): Schema<string> {
  return textSchema({
    kind: "text",
    what: `a text that begins with '${prefix}'`,
    pattern: new RegExp(`^${prefix}`),
    maximum,
    problem,
  });
}

function listSchema({ of, minimum, maximum, isBareAlone }: ListType): Schema {
  // What is watched is compared with what the kernel tells, which are whole paths.
  const item = of.kind === "path" ? v.pipe(text, v.startsWith("/")) : valueSchema(of);
  const list = v.pipe(v.array(item), v.minLength(minimum), v.maxLength(maximum));
  return isBareAlone ? v.union([item, list]) : list;
}

function mapNameSchema({ names }: MapType) {
  return names === undefined ? v.string() : v.picklist(Object.keys(names));
}

function mapValueSchema({ of, details }: MapType): Schema {
  const value = valueSchema(of);
  if (details === undefined) return value;
  const { key, parts } = details;
  return v.union([value, v.strictObject({ [key]: value, ...partSchemas(parts) })]);
}

function partSchemas(parts: Parts): Record<string, Schema> {
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, partSchema(part)]));
}

function partSchema({ type, required, default: standard }: Part): Schema {
  const schema = valueSchema(type);
  if (required) return schema;
  return standard === undefined ? v.exactOptional(schema) : v.optional(schema, standard);
}
