import { assert, assertEquals } from "@std/assert";
import { AT_ONCE } from "../../../src/async/in_parallel.ts";
import { type OrderedStart, startInOrder } from "../../../src/supervisor/start/start_order.ts";

/** Starts that note what happens to them, by name; `noted` is told of each. */
function recorder(noted: (what: string) => void = () => {}) {
  const happened: string[] = [];
  const note = (what: string) => {
    happened.push(what);
    noted(what);
  };
  const make = (name: string, priority: number, prerequisites?: Promise<void>): OrderedStart => ({
    priority,
    prerequisites,
    async start() {
      note(name);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (name === "broken") throw new Error("broken indeed");
    },
    fail: (error) => note(`${name}: ${(error as Error).message}`),
  });
  return { happened, make };
}

Deno.test("those of a low priority come first, those whose prerequisites fail are passed over", async () => {
  const late = Promise.withResolvers<void>();
  const { happened, make } = recorder((what) => {
    if (what === "broken: broken indeed") late.resolve();
  });
  await startInOrder([
    make("c", 5),
    make("b", 0),
    make("late", -9, late.promise),
    make("never", 0, Promise.reject(new Error("no"))),
    make("broken", 7),
    make("a", -1),
  ]);
  assertEquals(happened.filter((name) => !name.includes(":")), ["a", "b", "c", "broken", "late"]);
  assert(happened.includes("never: no"));
  assert(happened.includes("broken: broken indeed"));
});

Deno.test("no more than a bounded number is started at the same time", async () => {
  let now = 0;
  let most = 0;
  await startInOrder(Array.from({ length: 100 }, (): OrderedStart => ({
    priority: 0,
    prerequisites: undefined,
    async start() {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 0));
      now--;
    },
    fail() {},
  })));
  assertEquals(most, AT_ONCE);
});

Deno.test("where there is nothing to start, it is done", async () => {
  await startInOrder([]);
});
