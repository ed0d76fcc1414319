import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bindingOf, helpLines, hints } from "../../../src/cli/monit/key_table.ts";
import { plainLine } from "../../../src/cli/monit/line.ts";

const VIEWS = ["processes", "log", "describe", "help"] as const;

Deno.test("every key that is promised does something", () => {
  const promised = ["up", "down", "j", "k", "/", "s", "r", "l", "d", "c", "m", "n", "?", "q"];
  for (const key of promised) assert(bindingOf(key, "processes"), key);
  for (const view of VIEWS) {
    for (const key of ["q", "escape", "ctrl-z"]) assert(bindingOf(key, view));
  }
  assertEquals(bindingOf("x", "processes"), undefined);
  assertEquals(bindingOf("s", "help"), undefined);
});

Deno.test("the foot of the screen never has too many hints, and always how to leave", () => {
  for (const view of VIEWS) {
    for (let columns = 7; columns < 120; columns++) {
      const text = hints(view, columns);
      assert(text.length <= columns, `${columns}: ${text}`);
      assert(/q (quit|back)$/.test(text), text);
    }
  }
});

Deno.test("the help fits a small screen in two columns, if that is wide enough", () => {
  assertEquals(helpLines(40, 8).length > 8, true);
  const lines = helpLines(140, 8).map(plainLine);
  assertEquals(lines.length <= 8, true);
  assertStringIncludes(lines.join("\n"), "restart it");
});
