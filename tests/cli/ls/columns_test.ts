import { assertEquals, assertThrows } from "@std/assert";
import { listColumns } from "../../../src/cli/ls/columns.ts";

const keys = (chosen: string | undefined, isLong = false) =>
  listColumns(chosen, isLong).map(({ key }) => key);

Deno.test("ls has the columns that docs/files.md promises, and -l six more", () => {
  const own = ["id", "name", "pid", "port", "status", "uptime", "restarts"];
  assertEquals(keys(undefined), own);
  assertEquals(keys(undefined, true), [...own, "cpu", "memory", "says", "last", "command", "cwd"]);
});

Deno.test("--columns chooses them in its order, and none of those is left out", () => {
  assertEquals(keys("name, cwd,ID"), ["name", "cwd", "id"]);
  assertEquals(listColumns("cwd,cpu", false).some(({ drop }) => drop !== undefined), false);
});

Deno.test("a column there is not is refused, and the nearest one named", () => {
  assertThrows(() => keys("name,sttaus"), Deno.errors.InvalidData, "did you mean status?");
  assertThrows(() => keys("name,"), Deno.errors.InvalidData, "There are id, name,");
});
