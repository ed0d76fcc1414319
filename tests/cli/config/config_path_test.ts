import { assertEquals, assertThrows } from "@std/assert";
import { readArguments } from "../../../src/cli/parse/read_arguments.ts";
import { configPath } from "../../../src/cli/config/config_path.ts";

const given = (...words: string[]) => readArguments({ name: "apply", usage: "", flags: [] }, words);

Deno.test("a command takes one file, or tsm.jsonc", () => {
  assertEquals(configPath(given(), "apply"), "tsm.jsonc");
  assertEquals(configPath(given("Procfile"), "apply"), "Procfile");
  assertThrows(
    () => configPath(given("a", "b"), "apply"),
    Deno.errors.InvalidData,
    "Cannot apply 2 files: it takes one; example: tsm apply tsm.jsonc",
  );
});
