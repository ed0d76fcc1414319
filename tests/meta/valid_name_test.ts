import { assert, assertEquals } from "@std/assert";
import { validName } from "../../src/meta/valid_name.ts";
import { isValidName } from "../../src/root.ts";

Deno.test("a name is made of any text", () => {
  assertEquals(validName("the api"), "the-api");
  assertEquals(validName("api.v2_x"), "api.v2_x");
  assertEquals(validName("-leading"), "leading");
  for (const text of ["", "::", "all", "3000", "漢字", "x".repeat(100)]) {
    assert(isValidName(validName(text)), text);
  }
});

Deno.test("two texts are two names: long ones, of other scripts, and of symbols only", () => {
  const texts = ["интернет-магазин-1", "интернет-магазин-2", "🚀", "🐙", "商店", "网站"];
  const names = texts.map(validName);
  assertEquals(new Set(names).size, texts.length, names.join());
  for (const name of names) assert(isValidName(`${name}-65535`), name);
  assertEquals(validName("🚀 api"), "api");
});
