import { assertEquals } from "@std/assert";
import { belongsToLineBefore, levelOf } from "../../../src/logs/lines/line_level.ts";

Deno.test("the level of a line is found in JSON and in the common forms of text", () => {
  const cases: [string, ReturnType<typeof levelOf>][] = [
    ['{"level":50,"time":1,"msg":"x"}', "error"],
    ['{"level":10,"msg":"ERROR in the text"}', "trace"],
    ['{"severity":"WARNING","message":"x"}', "warn"],
    ['{"@level":"info"}', "info"],
    ['{"msg":"no level"}', undefined],
    ["{ not json [ERROR] x", "error"],
    ["time=1 level=warn msg=x", "warn"],
    ['ts=1 lvl="debug" x', "debug"],
    ["[14:05:09] [INFO] x", "info"],
    ["2024-10-13 14:05:09,123 ERROR app.db: x", "error"],
    ["14:05:09.123 [main] WARN  c.e.App - x", "warn"],
    ["CRITICAL:root:x", "fatal"],
    ["error: no disk", "error"],
    ["npm warn: old", "warn"],
    ["\x1b[31merror\x1b[0m: no disk", "error"],
    ["TypeError: x is not a function", "error"],
    ["Traceback (most recent call last):", "error"],
    ["panic: runtime error", "fatal"],
    ["listening on 3000", undefined],
    ["GET /error 200", undefined],
    ["an error was found", undefined],
    ["", undefined],
  ];
  for (const [line, level] of cases) assertEquals(levelOf(line), level, line);
});

Deno.test("the lines of a stack trace belong to the line above them", () => {
  for (const line of ["    at f (a.js:1)", "\tat a.B.c", "}", "Caused by: x", "... 12 more", ""]) {
    assertEquals(belongsToLineBefore(line), true, line);
  }
  assertEquals(belongsToLineBefore("listening"), false);
});
