import { assertEquals, assertThrows } from "@std/assert";
import { chosenColumns } from "../../../src/cli/ls/chosen_columns.ts";
import { defaultColumns, type ListColumn } from "../../../src/cli/ls/columns.ts";

const keysOf = (columns: readonly ListColumn[]) => columns.map(({ key }) => key);
const chosenKeys = (chosen: string) => keysOf(chosenColumns(chosen));

Deno.test("ls has the columns that docs/files.md promises, and -l six more", () => {
  const own = ["id", "name", "pid", "port", "status", "uptime", "restarts"];
  assertEquals(keysOf(defaultColumns(false)), own);
  assertEquals(
    keysOf(defaultColumns(true)),
    [...own, "cpu", "memory", "says", "last", "command", "cwd"],
  );
});

Deno.test("--columns chooses them in its order, and none of those is left out", () => {
  assertEquals(chosenKeys("name, cwd,ID"), ["name", "cwd", "id"]);
  assertEquals(chosenColumns("cwd,cpu").some(({ drop }) => drop !== undefined), false);
});

Deno.test("a column there is not is refused, and the nearest one named", () => {
  assertThrows(() => chosenKeys("name,sttaus"), Deno.errors.InvalidData, "did you mean status?");
  assertThrows(() => chosenKeys("name,"), Deno.errors.InvalidData, "There are id, name,");
});
