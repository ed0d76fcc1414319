import { assertEquals } from "@std/assert";
import { shorten } from "../../../src/cli/output/shorten.ts";
import { UNICODE_MEASURE } from "../../../src/cli/output/unicode_measure.ts";

Deno.test("a text that fits stays as it is", () => {
  assertEquals(shorten("api-3000", 8), "api-3000");
});

Deno.test("a text that is too long loses its middle", () => {
  assertEquals(shorten("customer-service-3000", 12), "custom…-3000");
  assertEquals(shorten("abcdef", 4), "ab…f");
  assertEquals([shorten("abc", 2), shorten("abc", 1), shorten("abc", 0)], ["a…", "…", ""]);
});

Deno.test("a wide text is shortened by columns, never to more than there are", () => {
  assertEquals(shorten("漢字漢字漢字", 8, UNICODE_MEASURE), "漢字…字");
  for (let columns = 0; columns < 14; columns++) {
    const short = shorten("a漢字🚀漢字z", columns, UNICODE_MEASURE);
    assertEquals(UNICODE_MEASURE.width(short) <= columns, true, `'${short}' in ${columns}`);
  }
});
