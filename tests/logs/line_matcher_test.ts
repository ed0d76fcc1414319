import { assert, assertRejects } from "@std/assert";
import { lineMatcher } from "../../src/logs/line_matcher.ts";

Deno.test("a line is searched as JavaScript's own patterns do", async () => {
  const cases: readonly [pattern: `log:${string}`, line: string, matches: boolean][] = [
    ["log:/listening on \\d+/", "12:00 listening on 3000", true],
    ["log:/listening on \\d+/", "Listening on 3000", false],
    ["log:/listening on \\d+/i", "Listening on 3000", true],
    ["log:/^ready$/", "ready", true],
    ["log:/^ready$/", "not ready", false],
    ["log:/http:\\/\\/\\S+/", "at http://localhost/", true],
    ["log:/http:/\\S+/", "at http:/x", true],
    ["log:/prêt ✓/", "prêt ✓", true],
  ];
  for (const [pattern, line, matches] of cases) {
    assert((await lineMatcher(pattern))(line) === matches, `${pattern} ${line}`);
  }
});

Deno.test("a pattern that would go back again and again holds up nothing", async () => {
  const matches = await lineMatcher("log:/(a+)+$/");
  // JavaScript's own would not come back from this in the life of the machine.
  assert(!matches("a".repeat(4000) + "b"));
});

Deno.test("what cannot be searched for in linear time is refused", async () => {
  for (const pattern of ["log:/(?=a)b/", "log:/(a)\\1/", "log:/[/"] as const) {
    await assertRejects(() => lineMatcher(pattern), Deno.errors.InvalidData, "syntax of RE2");
  }
});
