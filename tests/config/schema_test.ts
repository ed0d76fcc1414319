import { assert, assertEquals } from "@std/assert";
import { readJsonc } from "../../src/document/read_jsonc.ts";
import { nameInFile, PROCESS_MEMBERS } from "../../src/settings/process_form.ts";
import { readTsmFile, tsmSchema } from "../../src/config/tsm_file.ts";
import { checkSpec } from "../../src/meta/spec.ts";
import { SETTING_KEYS } from "../../src/settings/table/settings_table.ts";
import { fc } from "../seed.ts";
import { VARIABLES } from "./read_text.ts";

Deno.test("src/config/tsm.schema.json is what 'tsm schema' prints", async () => {
  const stored = await Deno.readTextFile(
    new URL("../../src/config/tsm.schema.json", import.meta.url),
  );
  assertEquals(
    stored,
    `${JSON.stringify(tsmSchema(), null, 2)}\n`,
    "write it anew: ./scripts/deno task docs",
  );
});

Deno.test("every setting can be written in tsm.jsonc, but for what tsm finds out by itself", () => {
  const hidden = SETTING_KEYS.filter((key) => nameInFile(key) === null);
  assertEquals(hidden, ["app", "instance", "counters", "config"]);
  const written = SETTING_KEYS.map(nameInFile).filter((name) => name !== null);
  assertEquals(
    Object.keys(PROCESS_MEMBERS).sort(),
    ["command", "cwd", "env", "environments", ...written].sort(),
  );
});

type Schema = Readonly<Record<string, unknown>>;

/** Checks a value by the parts of JSON schema that ours is made of. */
function accepts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, rule]) => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const members = isObject ? Object.entries(value) : [];
    switch (keyword) {
      case "$schema":
      case "title":
      case "description":
        return true;
      case "type":
        return [rule].flat().some((type) => isOfType(value, type as string));
      case "enum":
        return (rule as unknown[]).includes(value);
      case "anyOf":
        return (rule as Schema[]).some((one) => accepts(one, value));
      case "pattern":
        return typeof value !== "string" || new RegExp(rule as string).test(value);
      case "minLength":
        return typeof value !== "string" || value.length >= (rule as number);
      case "minimum":
        return typeof value !== "number" || value >= (rule as number);
      case "maximum":
        return typeof value !== "number" || value <= (rule as number);
      case "minProperties":
        return !isObject || members.length >= (rule as number);
      case "minItems":
        return !Array.isArray(value) || value.length >= (rule as number);
      case "maxItems":
        return !Array.isArray(value) || value.length <= (rule as number);
      case "items":
        return !Array.isArray(value) || value.every((item) => accepts(rule as Schema, item));
      case "required":
        return !isObject || (rule as string[]).every((key) => Object.hasOwn(value, key));
      case "propertyNames":
        return members.every(([key]) => accepts(rule as Schema, key));
      case "properties":
        return members.every(([key, item]) =>
          !Object.hasOwn(rule as object, key) ||
          accepts((rule as Record<string, Schema>)[key]!, item)
        );
      case "additionalProperties": {
        const known = Object.keys((schema["properties"] ?? {}) as object);
        const rest = members.filter(([key]) => !known.includes(key));
        return rule === false
          ? rest.length === 0
          : rest.every(([, item]) => accepts(rule as Schema, item));
      }
      default:
        throw new Error(`the test does not know the keyword ${keyword}`);
    }
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }
  const kind: string = typeof value;
  return kind === type;
}

/** Values of every kind, right and wrong ones. */
const someValue = fc.oneof(
  fc.constantFrom<unknown>(
    ...["x", "", "5s", "100ms", "300M", "always", "SIGINT", "port", "tcp", "022", "exited", "b"],
    ...[0, 1, -3, 20, 80, 70_000, 1.5, true, false, null, [], ["b"], [0, 143], ["x", 1], {}],
    ...[{ b: "started" }, { b: "soon" }, { A: 1 }, { production: { A: "1" } }],
    ...["http://127.0.0.1/", { url: "http://localhost/", status: 200 }, { command: "x" }],
    ...[{ paths: ["src"], ignore: ["*.log"] }, { pre_start: "x", timeout: "1s" }, { pre: 1 }],
  ),
  fc.string({ maxLength: 5 }),
);

Deno.test("what the reader takes, so does the schema, and the supervisor takes what is made of it", () => {
  const schema = tsmSchema();
  let taken = 0;
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...Object.keys(PROCESS_MEMBERS), "else"), someValue, {
        maxKeys: 2,
      }),
      (settings) => {
        const file = { processes: { a: { command: "sleep 1", ...settings }, b: "sleep 2" } };
        const { node, problems } = readJsonc(JSON.stringify(file));
        assertEquals(problems, []);
        const read = readTsmFile("/w/tsm.jsonc", node!, { variables: VARIABLES });
        if (read.problems.length > 0) return;
        taken++;
        assert(accepts(schema, file), JSON.stringify(file));
        const [app] = read.apps;
        checkSpec({ command: "x", argv: ["x"], cwd: app!.cwd, ...app!.settings });
      },
    ),
    { numRuns: 3000 },
  );
  assert(taken > 300, `only ${taken} were taken`);
});

Deno.test("what the schema refuses of a kind of value, so does the reader", () => {
  const schema = tsmSchema();
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(PROCESS_MEMBERS)), someValue, (key, value) => {
      const file = { processes: { a: { command: "sleep 1", [key]: value }, b: "sleep 2" } };
      if (accepts(schema, file)) return;
      refused++;
      const { node } = readJsonc(JSON.stringify(file));
      const read = readTsmFile("/w/tsm.jsonc", node!, { variables: VARIABLES });
      assert(read.problems.length > 0, JSON.stringify(file));
    }),
    { numRuns: 2000 },
  );
  assert(refused > 300, `only ${refused} were refused`);
});
