import { assertEquals, assertRejects } from "@std/assert";
import { inBatches } from "../../src/async/in_batches.ts";

Deno.test("what is handed over in one turn, or while a batch is under way, is handled together, each with its own result", async () => {
  const batches: (readonly number[])[] = [];
  const underWay = Promise.withResolvers<void>();
  const { promise: handled, resolve: goOn } = Promise.withResolvers<void>();
  const double = inBatches(async (numbers: readonly number[]) => {
    batches.push(numbers);
    underWay.resolve();
    await handled;
    return numbers.map((number) => 2 * number);
  });
  const first = [double(1), Promise.resolve().then(() => double(2))];
  await underWay.promise;
  const second = [double(3), double(4)];
  goOn();
  assertEquals(await Promise.all([...first, ...second]), [2, 4, 6, 8]);
  assertEquals(batches, [[1, 2], [3, 4]]);
  assertEquals(await double(5), 10);
});

Deno.test("a batch that fails fails for each of it, and for nobody else", async () => {
  const refuse = inBatches((words: readonly string[]) =>
    words.includes("bad") ? Promise.reject(new Error("bad")) : Promise.resolve(words)
  );
  const first = refuse("good");
  assertEquals(await first, "good");
  const bad = [refuse("bad"), refuse("beside")];
  for (const each of bad) await assertRejects(() => each, Error, "bad");
  assertEquals(await refuse("good"), "good");
});
