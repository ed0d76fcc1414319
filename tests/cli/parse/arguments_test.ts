import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Syntax } from "../../../src/cli/parse/arguments.ts";
import { readArguments } from "../../../src/cli/parse/read_arguments.ts";

const START: Syntax = {
  name: "start",
  usage: "COMMAND… [--name NAME]",
  flags: [
    { name: "name", short: "n", value: "NAME", help: "" },
    { name: "env", value: "K=V", repeat: true, help: "" },
    { name: "wait", value: "TIME", optional: "30s", help: "" },
    { name: "force", short: "f", help: "" },
    { name: "no-autorestart", help: "" },
  ],
};

const STOP: Syntax = { name: "stop", usage: "SEL…", flags: [{ name: "keep", help: "" }] };

function read(...args: string[]) {
  return readArguments(START, args);
}

Deno.test("words and flags may come in any order", () => {
  const args = read("node server.js", "--name", "myapp", "-f", "x", "--json");
  assertEquals(args.words, ["node server.js", "x"]);
  assertEquals(args.get("name"), "myapp");
  assert(args.has("force") && args.has("json") && !args.has("quiet"));
});

Deno.test("a value is given behind '=' or as the next word, by long or short name", () => {
  for (const args of [["--name=a b"], ["--name", "a b"], ["-n", "a b"], ["-n=a b"]]) {
    assertEquals(read(...args).get("name"), "a b", args.join(" "));
  }
});

Deno.test("a value that begins with a minus and a digit is taken for a value", () => {
  assertEquals(read("--name", "-5m").get("name"), "-5m");
  assertEquals(read("-n", "-1", "x").words, ["x"]);
  assertEquals(read("--", "--name", "-5m").words, ["--name", "-5m"]);
});

Deno.test("a flag that is not given has no value", () => {
  const args = read("x");
  assertEquals([args.get("name"), args.get("wait"), args.all("env")], [undefined, undefined, []]);
  assert(!args.has("force") && !args.has("no-autorestart"));
});

Deno.test("a flag that begins with 'no-' is one of its own", () => {
  assert(read("x", "--no-autorestart").has("no-autorestart"));
});

Deno.test("a repeated flag collects its values, another one has its last", () => {
  const args = read("--env", "A=1", "--env=B=2=3", "--env", "C=", "--name", "a", "--name", "b");
  assertEquals(args.all("env"), ["A=1", "B=2=3", "C="]);
  assertEquals(args.get("name"), "b");
});

Deno.test("a word of digits stays as it was typed", () => {
  assertEquals(read("007", "1e3", "0x10", "--name", "0080").words, ["007", "1e3", "0x10"]);
  assertEquals(read("--name", "0080").get("name"), "0080");
});

Deno.test("behind '--' all are words, flags too", () => {
  const args = read("--name", "a", "--", "node", "--name", "b", "--wait", "--", "-x");
  assertEquals(args.words, ["node", "--name", "b", "--wait", "--", "-x"]);
  assertEquals([args.get("name"), args.get("wait")], ["a", undefined]);
});

Deno.test("a flag with an optional value never takes the next word for it", () => {
  const args = read("--wait", "server.js");
  assertEquals([args.get("wait"), args.words], ["30s", ["server.js"]]);
  assertEquals(read("--wait=5s", "server.js").get("wait"), "5s");
});

Deno.test("a duration behind a flag with an optional one is refused: a program would be given it", () => {
  const error = assertThrows(() => read("server.js", "--wait", "5s"), Deno.errors.InvalidData);
  assertEquals(
    error.message,
    "Cannot run 'tsm start' with --wait 5s: its value goes behind an =, as in --wait=5s",
  );
  assertEquals(read("--wait", "3").words, ["3"]);
  assertEquals(read("--wait", "--", "5s").words, ["5s"]);
});

for (const args of [["--name"], ["--name="], ["--name", "--force"], ["-n"], ["--env", ""]]) {
  Deno.test(`a flag without its value is refused: ${args.join(" ")}`, () => {
    assertThrows(() => read("x", ...args), Deno.errors.InvalidData, "needs a value");
  });
}

Deno.test("a mistyped flag gets the nearest one suggested", () => {
  assertThrows(
    () => read("x", "--nmae", "a"),
    Deno.errors.InvalidData,
    "Cannot run 'tsm start': there is no flag --nmae; did you mean --name? " +
      "'tsm start --help' lists them; flags of the command itself go behind --",
  );
});

for (const flag of ["--port=3000", "-x", "--zzzzzzzz", "-fx"]) {
  Deno.test(`a flag the command does not have is refused: ${flag}`, () => {
    assertThrows(() => read("x", flag), Deno.errors.InvalidData, "there is no flag -");
  });
}

Deno.test("only a command that runs commands speaks of flags behind --", () => {
  const error = assertThrows(() => readArguments(STOP, ["--kepe"]), Deno.errors.InvalidData);
  assertEquals(
    error.message,
    "Cannot run 'tsm stop': there is no flag --kepe; did you mean --keep? 'tsm stop --help' lists them",
  );
});
