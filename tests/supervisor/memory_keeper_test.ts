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
  await keeper.look();
  clearInterval(alive);
  const after = Deno.memoryUsage().heapTotal;
  assert(after < (before + grown) / 2, `${before} -> ${grown} -> ${after}`);
});

function leaveGarbage(): void {
  const many: unknown[] = [];
  for (let number = 0; number < 1_000_000; number++) many.push({ number });
}
