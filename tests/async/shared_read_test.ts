import { assertEquals, assertRejects } from "@std/assert";
import { sharedRead } from "../../src/async/shared_read.ts";
import { collectGarbage } from "../collect_garbage.ts";

Deno.test("calls of one turn share a read, and none gets one that began before its call", async () => {
  let reads = 0;
  const underWay = Promise.withResolvers<void>();
  const { promise: done, resolve: goOn } = Promise.withResolvers<void>();
  const read = sharedRead(async () => {
    const number = ++reads;
    underWay.resolve();
    await done;
    return number;
  });
  const first = [read(), Promise.resolve().then(read)];
  await underWay.promise;
  const second = [read(), read()];
  goOn();
  assertEquals(await Promise.all([...first, ...second]), [1, 1, 2, 2]);
  assertEquals(await read(), 3);
});

Deno.test("a read that fails fails for those that share it, and for nobody else", async () => {
  let reads = 0;
  const read = sharedRead(() =>
    ++reads === 1 ? Promise.reject(new Error("bad")) : Promise.resolve(reads)
  );
  for (const each of [read(), read()]) await assertRejects(() => each, Error, "bad");
  assertEquals(await read(), 2);
});

Deno.test("what was read is not held until the next read", async () => {
  const read = sharedRead(() => Promise.resolve({ table: "of all processes" }));
  const held = new WeakRef(await read());
  await collectGarbage();
  assertEquals(held.deref(), undefined);
});
