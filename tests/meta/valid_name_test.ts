import { assert, assertEquals, assertMatch } from "@std/assert";
import { validName, validNames } from "../../src/meta/valid_name.ts";
import { isValidName } from "../../src/root.ts";

Deno.test("a name is made of any text", async () => {
  assertEquals(await validName("the api"), "the-api");
  assertEquals(await validName("api.v2_x"), "api.v2_x");
  assertEquals(await validName("-leading"), "leading");
  for (const text of ["", "::", "all", "3000", "漢字", "🚀", "\u{10ffff}", "x".repeat(100)]) {
    assert(isValidName(await validName(text)), text);
  }
});

Deno.test("a name of another script can be read", async () => {
  const read: Readonly<Record<string, string>> = {
    "сервер": "server",
    "商店": "ShangDian",
    "ひらがな": "hiragana",
    "Café": "Cafe",
    "Cafe\u0301 API": "Cafe-API",
    "Straße": "Strasse",
    "🚀 api": "api",
    "🚀": "rocket",
  };
  for (const [text, name] of Object.entries(read)) assertEquals(await validName(text), name);
});

Deno.test("what no name may hold becomes one dash, and none at the end; dashes of a name stay", async () => {
  assertEquals(await validName("npm run worker -- --queue mail"), "npm-run-worker-queue-mail");
  assertEquals(await validName("Café API (v2)"), "Cafe-API-v2");
  assertEquals(await validName("a--b-"), "a--b-");
});

Deno.test("two texts are two names: long ones, of other scripts, and of symbols only", async () => {
  const texts = ["интернет-магазин-1", "интернет-магазин-2", "🚀", "🐙", "商店", "网站", "伤店"];
  const long = ["1", "2"].map((end) => "очень ".repeat(20) + end);
  const names = await validNames([...texts, ...long, "::", "//"]);
  assertEquals(new Set(names).size, names.length, names.join());
  for (const name of names) assert(isValidName(`${name}-65535`), name);
});

Deno.test("of texts that would have one name, one that is a name keeps it, then the first", async () => {
  const [spaced, dashed, again] = await validNames(["the api", "the-api", "the api"]);
  assertEquals(dashed, "the-api");
  assertMatch(spaced!, /^the-api-[0-9a-f]{6}$/);
  assertEquals(again, spaced);
  const [first, second] = await validNames(["商店", "伤店"]);
  assertEquals(first, "ShangDian");
  assertMatch(second!, /^ShangDian-[0-9a-f]{6}$/);
});
