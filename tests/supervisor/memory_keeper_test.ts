import { assert } from "@std/assert";
import { MemoryKeeper } from "../../src/supervisor/memory_keeper.ts";

Deno.test("look() gives back what a burst of work has left", async () => {
  const keeper = new MemoryKeeper();
  const before = Deno.memoryUsage().heapTotal;
  leaveGarbage();
  const grown = Deno.memoryUsage().heapTotal;
  assert(grown > before + 30_000_000, `nothing to collect: ${before} -> ${grown}`);
  // What the inspector is asked does not keep the event loop going by itself.
  const alive = setInterval(() => {}, 1000);
  await keeper.look(0);
  clearInterval(alive);
  const after = Deno.memoryUsage().heapTotal;
  assert(after < (before + grown) / 2, `${before} -> ${grown} -> ${after}`);
});

Deno.test("look() waits for the end of a burst of launches", async () => {
  const keeper = new MemoryKeeper();
  leaveGarbage();
  const grown = Deno.memoryUsage().heapTotal;
  await keeper.look(1000);
  const during = Deno.memoryUsage().heapTotal;
  assert(during > grown * 0.8, `${grown} -> ${during}`);
  const alive = setInterval(() => {}, 1000);
  await keeper.look(1001);
  clearInterval(alive);
  const after = Deno.memoryUsage().heapTotal;
  assert(after < grown * 0.7, `${grown} -> ${after}`);
});

function leaveGarbage(): void {
  const many: unknown[] = [];
  for (let number = 0; number < 1_000_000; number++) many.push({ number });
}
