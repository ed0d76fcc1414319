import { assertEquals } from "@std/assert";
import { slices } from "../../src/async/slices.ts";
import { turnEnds } from "../../src/async/turn_ends.ts";

Deno.test("so many go on in a turn, in their order, and the others in later ones", async () => {
  const slice = slices(2);
  const went: string[] = [];
  const all = Promise.all(["a", "b", "c", "d", "e"].map(async (name) => {
    await slice();
    went.push(name);
  }));
  const afterTurns: string[] = [];
  while (went.length < 5) {
    // What waits for nothing else goes on before the turn ends.
    for (let steps = 0; steps < 5; steps++) await Promise.resolve();
    afterTurns.push(went.join(""));
    await turnEnds();
  }
  await all;
  assertEquals([...afterTurns, went.join("")], ["ab", "abcd", "abcde"]);
});
