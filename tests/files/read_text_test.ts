import { assertEquals, assertThrows } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a file that is missing, or whose directory is a file, has no text", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("file", "text");
  assertEquals(readTextIfThere(path), "text");
  assertEquals(readTextIfThere(`${temporary.work}/missing`), undefined);
  assertEquals(readTextIfThere(`${path}/below`), undefined);
});

Deno.test("a directory in a file's place is an error, not a missing file", () => {
  using temporary = new TemporaryRoot();
  assertThrows(() => readTextIfThere(temporary.work));
});
