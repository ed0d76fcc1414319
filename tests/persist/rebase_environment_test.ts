import { assertEquals } from "@std/assert";
import { rebaseEnvironment } from "../../src/persist/rebase_environment.ts";
import { mergeEnvironment } from "../../src/program/environment.ts";

Deno.test("a process has the same environment on another base", () => {
  const from = { PATH: "/bin", LANG: "C", ONLY_FROM: "1" };
  const to = { PATH: "/usr/bin", LANG: "C", ONLY_TO: "2" };
  const difference = { set: { A: "x", E: "given" }, unset: ["ONLY_FROM"], explicit: ["E"] };
  const rebased = rebaseEnvironment(difference, from, to);
  const file = { E: "from the file" };
  assertEquals(
    mergeEnvironment(to, rebased, file),
    mergeEnvironment(from, difference, file),
  );
  assertEquals(rebased, {
    set: { PATH: "/bin", A: "x", E: "given" },
    unset: ["ONLY_TO"],
    explicit: ["E"],
  });
});

Deno.test("on the same base a difference stays as it is", () => {
  const base = { PATH: "/bin", LANG: "C" };
  const difference = { set: { A: "x" }, unset: ["LANG"] };
  assertEquals(rebaseEnvironment(difference, base, base), difference);
});
