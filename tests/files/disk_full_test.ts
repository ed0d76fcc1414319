import { assertEquals, assertThrows } from "@std/assert";
import { overwriteFile } from "../../src/files/disk_full.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a file is written over in its place, be the text shorter or longer", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("state.json", "some text");
  const { ino } = Deno.statSync(path);
  for (const text of ["short", "a text that is longer"]) {
    overwriteFile(path, text);
    assertEquals(Deno.readTextFileSync(path), text);
  }
  assertEquals(Deno.statSync(path).ino, ino);
});

Deno.test("a text that would take more space is refused, and the file is untouched", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("state.json", "some text");
  assertThrows(() => overwriteFile(path, "x".repeat(4097)), Deno.errors.InvalidData, "no room");
  assertEquals(Deno.readTextFileSync(path), "some text");
  assertThrows(() => overwriteFile(`${path}.no`, "x"), Deno.errors.NotFound);
});
