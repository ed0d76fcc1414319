import { assertEquals } from "@std/assert";
import { exitCodeOf } from "../../src/cli/exit_code.ts";

Deno.test("bad input is 64, what is not there 66, no supervisor 69, any other failure 1", () => {
  const errors = [
    new Deno.errors.InvalidData(),
    new Deno.errors.NotFound(),
    new Deno.errors.NotConnected(),
    new Deno.errors.AlreadyExists(),
    new Error(),
    "thrown text",
  ];
  assertEquals(errors.map(exitCodeOf), [64, 66, 69, 1, 1, 1]);
});
