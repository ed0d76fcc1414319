import { assert, assertEquals } from "@std/assert";
import { validName } from "../../src/meta/valid_name.ts";
import { isValidName } from "../../src/root.ts";

Deno.test("a name is made of any text", () => {
  assertEquals(validName("the api"), "the-api");
  assertEquals(validName("api.v2_x"), "api.v2_x");
  assertEquals(validName("-leading"), "leading");
  for (const text of ["", "::", "all", "3000", "漢字", "x".repeat(100)]) {
    assert(isValidName(validName(text)), text);
  }
});
