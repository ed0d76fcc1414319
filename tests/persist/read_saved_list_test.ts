import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readSavedList } from "../../src/persist/read_saved_list.ts";
import { saveList } from "../../src/persist/save_list.ts";
import type { RuntimeRoot } from "../../src/root.ts";
import { processState, TemporaryRoot } from "./saved_fixture.ts";

/** Saves a list with `one`, then one with `two`. */
function saveTwice(root: RuntimeRoot): void {
  for (const name of ["one", "two"]) saveList(root, [processState(root, name)], { force: false });
}

Deno.test("where nothing was ever saved there is no list", () => {
  using temporary = new TemporaryRoot();
  assertEquals(readSavedList(temporary.root), undefined);
});

for (const damage of ["", "{", "null", "[]", '{"version": 1}', "\0\0\0\0"]) {
  Deno.test(`a saved.json that holds ${JSON.stringify(damage)} gives way to saved.1.json`, () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    saveTwice(root);
    Deno.writeTextFileSync(root.savedJson, damage);
    const { list, warning } = readSavedList(root)!;
    assertEquals(list.processes.map(({ name }) => name), ["one"]);
    assertStringIncludes(warning!, "saved.json is damaged");
  });
}

Deno.test("a missing saved.json gives way to saved.1.json", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveTwice(root);
  Deno.removeSync(root.savedJson);
  assertStringIncludes(readSavedList(root)!.warning!, "saved.json is missing");
});

Deno.test("where both are damaged both reasons are told", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveTwice(root);
  Deno.writeTextFileSync(root.savedJson, "{");
  Deno.writeTextFileSync(root.savedBeforeJson, "[]");
  assertThrows(() => readSavedList(root), Deno.errors.InvalidData, "so is saved.1.json");
});

Deno.test("a list of a newer tsm is refused, not passed over for an older one", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveTwice(root);
  Deno.writeTextFileSync(root.savedJson, '{"version": 2}');
  assertThrows(() => readSavedList(root), Deno.errors.InvalidData, "a newer tsm wrote it");
});
