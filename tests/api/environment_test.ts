import { assert } from "@std/assert";
import * as v from "valibot";
import { sentEnvironmentSchema } from "../../src/api/environment.ts";

Deno.test("an environment of any variables and values is taken, empty values too", () => {
  const env = {
    PATH: "/bin",
    EMPTY: "",
    "spring.profiles.active": "a=b\nc",
    "BASH_FUNC_f%%": "()",
  };
  assert(v.safeParse(sentEnvironmentSchema, env).success);
});

for (const env of [{ "": "x" }, { "A=B": "x" }, { "A\0": "x" }, { A: "x\0y" }]) {
  Deno.test(`an environment that no process can be given is refused: ${JSON.stringify(env)}`, () => {
    assert(!v.safeParse(sentEnvironmentSchema, env).success);
  });
}
