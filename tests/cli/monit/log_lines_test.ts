import { assertEquals } from "@std/assert";
import { plainLine } from "../../../src/cli/monit/line.ts";
import { logLines, wrap } from "../../../src/cli/monit/log_lines.ts";

const LOG = ["one", "two", "abcdefgh"].map((text) => ({ stream: "out" as const, text }));
const shown = (height: number, scroll = 0) => logLines(LOG, 5, height, scroll).map(plainLine);

Deno.test("the end of a log is shown, long lines on several of the screen", () => {
  assertEquals(shown(10), ["one", "two", "abcde", "fgh"]);
  assertEquals(shown(2), ["abcde", "fgh"]);
  assertEquals(shown(0), []);
});

Deno.test("it scrolls up by lines of the screen, to the first one and no further", () => {
  assertEquals([shown(2, 1), shown(2, 2), shown(2, 50)], [
    ["two", "abcde"],
    ["one", "two"],
    ["one", "two"],
  ]);
});

Deno.test("a text is cut by columns, and one of no room at all is cut by characters", () => {
  assertEquals(wrap("漢字漢", 3), ["漢", "字", "漢"]);
  assertEquals(wrap("漢字", 1), ["漢", "字"]);
  assertEquals(wrap("", 5), [""]);
});
