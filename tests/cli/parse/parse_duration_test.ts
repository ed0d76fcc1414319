import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseDuration } from "../../../src/cli/parse/parse_duration.ts";

const READ: Readonly<Record<string, number>> = {
  "500ms": 500,
  "30s": 30_000,
  "1.5s": 1500,
  "0": 0,
  "10m": 600_000,
  "2h": 7_200_000,
  "7d": 604_800_000,
};

for (const [text, milliseconds] of Object.entries(READ)) {
  Deno.test(`'${text}' is ${milliseconds} ms`, () => {
    assertEquals(parseDuration(text, "--wait"), milliseconds);
  });
}

for (const text of ["", "s", "-1s", "1 s", "1w", "1s2", "1e3", "Infinity", ".5s", "10M"]) {
  Deno.test(`what is no duration is refused with examples: '${text}'`, () => {
    const error = assertThrows(() => parseDuration(text, "--wait"), Deno.errors.InvalidData);
    const [asked, shown, marks, examples] = error.message.split("\n");
    assertEquals(asked, `Cannot use "${text}" as --wait: it takes a duration`);
    assertEquals(shown, `  ${text}`);
    assertMatch(marks!, /^ {2} *\^+$/);
    assertEquals(examples, "examples: 500ms, 30s, 10m, 2h, 7d");
  });
}

Deno.test("a number without a unit is refused, with both readings", () => {
  const error = assertThrows(
    () => parseDuration("3000", "--kill-timeout"),
    Deno.errors.InvalidData,
  );
  assertEquals(
    error.message,
    'Cannot use "3000" as --kill-timeout: it has no unit; write 3000ms for milliseconds, as PM2 ' +
      "reads it, or 3000s for seconds",
  );
});
