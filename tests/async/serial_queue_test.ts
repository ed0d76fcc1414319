import { assertEquals } from "@std/assert";
import { SerialQueue } from "../../src/async/serial_queue.ts";
import { collectGarbage } from "../collect_garbage.ts";

Deno.test("a serial queue runs what is added one after another, also behind a failure", async () => {
  const queue = new SerialQueue();
  const order: string[] = [];
  const failed = queue.run(async () => {
    await Promise.resolve();
    order.push("first");
    throw new Error("refused");
  }).catch((error: Error) => error.message);
  const second = queue.run(() => order.push("second"));
  assertEquals(await failed, "refused");
  assertEquals(await second, 2);
  assertEquals(order, ["first", "second"]);
});

Deno.test("a serial queue does not hold the result of its last action", async () => {
  const queue = new SerialQueue();
  const held = new WeakRef(await queue.run(() => ({ run: "of a process" })));
  await collectGarbage();
  assertEquals(held.deref(), undefined);
});
