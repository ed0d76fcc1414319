import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as v from "valibot";
import { formatSettingValue, parseSettingText } from "../../src/cli/parse/setting_text.ts";
import { findStoredSetting, STORED_SETTINGS } from "../../src/settings/stored_settings.ts";
import {
  newProcessSettings,
  readSettings,
  removeSetting,
  settingValue,
  storeSetting,
} from "../../src/settings/settings_file.ts";
import { settingSchema } from "../../src/settings/value_schema.ts";
import { TemporaryRoot } from "./saved_fixture.ts";

Deno.test("every setting is explained, and its default fits its own check", () => {
  for (const setting of STORED_SETTINGS) {
    const { key, help, default: standard } = setting;
    assert(help.length > 10 && !help.includes("as in spec.json"), `${key} wants an explanation`);
    assert(
      v.safeParse(settingSchema(setting), standard).success,
      `${key}: ${JSON.stringify(standard)}`,
    );
  }
  assertEquals(new Set(STORED_SETTINGS.map(({ key }) => key)).size, STORED_SETTINGS.length);
});

Deno.test("what tsm shows of a setting is what it reads again", () => {
  for (const setting of STORED_SETTINGS) {
    const text = formatSettingValue(setting, setting.default);
    if (setting.type.kind === "list") continue;
    assertEquals(parseSettingText(setting, text), setting.default, setting.key);
  }
});

const READINGS: readonly [string, string, unknown][] = [
  ["default.kill_timeout", "250ms", 250],
  ["retention.size", "1.5G", 1.5 * 1024 ** 3],
  ["retention.days", "7", 7],
  ["save.auto", "yes", true],
  ["save.auto", "off", false],
  ["metrics_port", "none", null],
  ["default.stop_exit_codes", "0,3", [0, 3]],
  ["default.stop_exit_codes", "", []],
  ["default.autorestart", "on-failure", "on-failure"],
];
for (const [key, text, value] of READINGS) {
  Deno.test(`${key} ${JSON.stringify(text)} is read as ${JSON.stringify(value)}`, () => {
    assertEquals(parseSettingText(findStoredSetting(key)!, text), value);
  });
}

for (
  const [key, text] of [
    ["default.kill_timeout", "10"],
    ["default.kill_timeout", "soon"],
    ["retention.size", "big"],
    ["retention.days", "x"],
    ["retention.days", ""],
    ["save.auto", "maybe"],
    ["default.stop_exit_codes", "0,,3"],
  ] as const
) {
  Deno.test(`${key} refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseSettingText(findStoredSetting(key)!, text), Deno.errors.InvalidData);
  });
}

Deno.test("a setting is stored, read and forgotten", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertEquals(settingValue(root, "default.kill_timeout"), 5000);
  storeSetting(root, "default.kill_timeout", 9000);
  storeSetting(root, "save.auto", true);
  assertEquals(settingValue(root, "default.kill_timeout"), 9000);
  assertEquals(newProcessSettings(root), { kill_timeout: 9000 });
  assertEquals(removeSetting(root, "default.kill_timeout"), true);
  assertEquals(removeSetting(root, "default.kill_timeout"), false);
  assertEquals(settingValue(root, "default.kill_timeout"), 5000);
  assertEquals(JSON.parse(Deno.readTextFileSync(root.settingsJson)), { "save.auto": true });
});

Deno.test("a value that the spec would refuse is refused, and nothing is stored", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  for (const [key, value] of [["default.kill_timeout", -1], ["default.autorestart", "often"]]) {
    assertThrows(() => storeSetting(root, key as string, value), Deno.errors.InvalidData);
  }
  assertThrows(() => storeSetting(root, "default.argv", []), Deno.errors.NotFound);
  assertEquals(readSettings(root), { values: new Map(), problems: [] });
});

Deno.test("what a settings file holds amiss is named and counts as not set", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  Deno.writeTextFileSync(
    root.settingsJson,
    '{"save.auto": "perhaps", "future": 1, "retention.days": 3}',
  );
  const { values, problems } = readSettings(root);
  assertEquals([...values], [["retention.days", 3]]);
  assertEquals(problems.length, 2);
  // A key that a newer tsm stored is not lost by setting another.
  storeSetting(root, "retention.days", 4);
  assertEquals(JSON.parse(Deno.readTextFileSync(root.settingsJson)).future, 1);
});

Deno.test("a damaged settings file means the defaults, and is not written over", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  Deno.writeTextFileSync(root.settingsJson, '{"save.auto": tr');
  assertStringIncludes(readSettings(root).problems[0]!, "damaged");
  assertThrows(() => storeSetting(root, "save.auto", true), Deno.errors.InvalidData, "damaged");
  assertEquals(Deno.readTextFileSync(root.settingsJson), '{"save.auto": tr');
});
