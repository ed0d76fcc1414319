import { assertEquals, assertRejects } from "@std/assert";
import { inBatches } from "../../src/async/in_batches.ts";

Deno.test("what is handed over while a batch is under way is handled together, each with its own result", async () => {
  const batches: (readonly number[])[] = [];
  const double = inBatches((numbers: readonly number[]) => {
    batches.push(numbers);
    return Promise.resolve(numbers.map((number) => 2 * number));
  });
  assertEquals(await Promise.all([double(1), double(2), double(3)]), [2, 4, 6]);
  assertEquals(batches, [[1], [2, 3]]);
  assertEquals(await double(4), 8);
});

Deno.test("a batch that fails fails for each of it, and for nobody else", async () => {
  const refuse = inBatches((words: readonly string[]) =>
    words.includes("bad") ? Promise.reject(new Error("bad")) : Promise.resolve(words)
  );
  const first = refuse("good");
  const bad = [refuse("bad"), refuse("beside")];
  assertEquals(await first, "good");
  for (const each of bad) await assertRejects(() => each, Error, "bad");
  assertEquals(await refuse("good"), "good");
});
