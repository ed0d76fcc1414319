import stringWidth from "string-width";
import { assertEquals } from "@std/assert";
import { measureFor } from "../../../src/cli/output/measure_for.ts";
import { ASCII_MEASURE } from "../../../src/cli/output/text_measure.ts";
import { UNICODE_MEASURE } from "../../../src/cli/output/unicode_measure.ts";

const WIDTHS: readonly (readonly [text: string, columns: number])[] = [
  ["", 0],
  ["api", 3],
  ["grüße", 5],
  ["漢字", 4],
  ["한국", 4],
  ["🚀", 2],
  ["👩‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["e\u0301", 1],
  ["a🚀b", 4],
];

for (const [text, columns] of WIDTHS) {
  Deno.test(`'${text}' takes ${columns} columns`, () => {
    assertEquals(UNICODE_MEASURE.width(text), columns);
  });
}

Deno.test("the tables of Unicode are only taken for what is not plain ASCII", async () => {
  assertEquals(await measureFor(["api", "node server.js"]), ASCII_MEASURE);
  assertEquals(await measureFor(["api", "grüße"]), UNICODE_MEASURE);
});

Deno.test("a beginning or an end never cuts a character in two, nor takes more than its columns", () => {
  assertEquals(UNICODE_MEASURE.head("漢字漢", 5), "漢字");
  assertEquals(UNICODE_MEASURE.tail("漢字漢", 5), "字漢");
  assertEquals(UNICODE_MEASURE.head("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧");
  assertEquals(UNICODE_MEASURE.tail("👩‍👩‍👧x", 1), "x");
  for (const measure of [ASCII_MEASURE, UNICODE_MEASURE]) {
    assertEquals([measure.head("abcdef", 2), measure.tail("abcdef", 2)], ["ab", "ef"]);
    assertEquals([measure.head("abc", 9), measure.tail("abc", 9)], ["abc", "abc"]);
    assertEquals([measure.head("abc", 0), measure.tail("abc", 0)], ["", ""]);
  }
});

Deno.test("what is measured without the tables is as wide as the tables say", () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const char = String.fromCharCode(code);
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    if (!isControl) assertEquals(UNICODE_MEASURE.width(char), stringWidth(char), code.toString(16));
  }
});
