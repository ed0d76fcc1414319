import { assertEquals } from "@std/assert";
import { messageOf, withContext } from "../src/errors.ts";

Deno.test("an error keeps its class, and so its exit code, when it is told what was tried", () => {
  const error = withContext("Cannot start 'api'", new Deno.errors.NotFound("no such file"));
  assertEquals(error.constructor, Deno.errors.NotFound);
  assertEquals(error.message, "Cannot start 'api': no such file");
});

Deno.test("what was tried is said once", () => {
  const inner = new Deno.errors.InvalidData("Cannot use 'x' as a name: rule");
  assertEquals(withContext("Cannot start 'api'", inner).message, inner.message);
});

Deno.test("an error of no known class keeps itself as the cause", () => {
  const inner = new TypeError("a bug");
  const error = withContext("Cannot start 'api'", inner);
  assertEquals([error.constructor, error.message], [Error, "Cannot start 'api': a bug"]);
  assertEquals(error.cause, inner);
  assertEquals(withContext("Cannot", "text").message, "Cannot: text");
});

Deno.test("whatever was thrown has a message", () => {
  assertEquals([messageOf(new Error("a")), messageOf("b"), messageOf(7)], ["a", "b", "7"]);
});
