import { assert, assertEquals } from "@std/assert";
import * as v from "valibot";
import { parseValue } from "../../src/cli/parse/parse_value.ts";
import { SETTING_FLAGS } from "../../src/cli/start/setting_flags.ts";
import { nodeOf } from "../../src/document/node.ts";
import { Reader } from "../../src/document/reader.ts";
import { formatValue } from "../../src/settings/table/format_value.ts";
import { partsOf } from "../../src/settings/table/parts.ts";
import { SETTING_KEYS, SETTINGS } from "../../src/settings/table/settings_table.ts";
import type { Part, ValueType } from "../../src/settings/table/value_type.ts";
import { valueForm } from "../../src/settings/value_form.ts";
import { settingSchema, valueSchema } from "../../src/settings/value_schema.ts";
import { sampleOf } from "./sample_value.ts";

/** Every setting and every part of one, by its name. */
const ALL: readonly (readonly [string, Part])[] = SETTING_KEYS.flatMap((key) =>
  withParts(key, SETTINGS[key])
);

function withParts(name: string, part: Part): (readonly [string, Part])[] {
  const below = Object.entries(partsOf(part.type)).flatMap(([key, one]) =>
    withParts(`${name}.${key}`, one)
  );
  return [[name, part], ...below];
}

function checkTakes(type: ValueType, value: unknown): boolean {
  return v.safeParse(valueSchema(type), value).success;
}

function fileTakes(type: ValueType, written: unknown): boolean {
  const reader = new Reader("/", {});
  return valueForm(type).read(nodeOf(written), reader) !== undefined;
}

function flagTakes(type: ValueType, text: string): boolean {
  try {
    parseValue(type, text, { what: "--flag", dir: "/" });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return false;
    throw error;
  }
}

Deno.test("the limits of a number or duration are the same in spec.json, in a file and by flag", () => {
  let count = 0;
  for (const [name, { type }] of ALL) {
    if (type.kind !== "number" && type.kind !== "duration") continue;
    const { minimum, maximum } = type;
    const values: [number, boolean][] = [[minimum, true], [maximum, true], [minimum - 1, false]];
    if (maximum < Number.MAX_SAFE_INTEGER) values.push([maximum + 1, false]);
    for (const [value, fits] of values) {
      const text = type.kind === "number" ? String(value) : `${value}ms`;
      const written = type.kind === "number" ? value : text;
      const took = [checkTakes(type, value), fileTakes(type, written), flagTakes(type, text)];
      assertEquals(took, [fits, fits, fits], `${name}: ${value}`);
    }
    count++;
  }
  assert(count > 20, `only ${count}`);
});

Deno.test("a sample of every setting passes its check, and its default does", () => {
  for (const [name, part] of ALL) {
    assert(checkTakes(part.type, sampleOf(part)), name);
  }
  for (const key of SETTING_KEYS) {
    const { success } = v.safeParse(settingSchema(SETTINGS[key]), SETTINGS[key].default);
    assert(success, key);
  }
});

Deno.test("what is shown of a value is read again as a flag", () => {
  const isPlain = ({ type }: Part) =>
    !["map", "object", "variant", "variables"].includes(type.kind);
  for (const [name, part] of ALL.filter(([, part]) => isPlain(part))) {
    const value = sampleOf(part);
    const text = formatValue(part.type, value);
    assertEquals(parseValue(part.type, text, { what: name, dir: "/" }), value, name);
  }
});

Deno.test("no two flags have the same name or letter, and each has a line of help", () => {
  const names = SETTING_FLAGS.flatMap(({ name, short }) => short ? [name, short] : [name]);
  assertEquals(new Set(names).size, names.length);
  for (const { name, help } of SETTING_FLAGS) assert(help.length > 10, name);
});
