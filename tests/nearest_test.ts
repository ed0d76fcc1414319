import { assertEquals } from "@std/assert";
import { commandNames } from "../src/cli/commands.ts";
import { nearest } from "../src/nearest.ts";

const MEANT: Readonly<Record<string, string>> = {
  strat: "start",
  starrt: "start",
  stpo: "stop",
  lsit: "list",
  resart: "restart",
  descrbe: "describe",
  lgos: "logs",
  shutdwon: "shutdown",
  verison: "version",
};

for (const [word, command] of Object.entries(MEANT)) {
  Deno.test(`'${word}' was probably meant to be '${command}'`, () => {
    assertEquals(nearest(word, commandNames()), command);
  });
}

Deno.test("a word that is near to none suggests none", () => {
  for (const word of ["xyzzy", "qqqqqqqqqqqqqqqqq", "kubernetes-apply"]) {
    assertEquals(nearest(word, commandNames()), undefined, word);
  }
  assertEquals(nearest("start", []), undefined);
});

Deno.test("a mistyped flag is compared without its dashes", () => {
  assertEquals(nearest("--jsno", ["--json", "--quiet", "--root"]), "--json");
  assertEquals(nearest("--bbbb", ["--json", "--quiet", "--root"]), undefined);
});
