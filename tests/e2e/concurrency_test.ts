import { assert, assertEquals } from "@std/assert";
import { isRunning, Tsm } from "./harness.ts";

Deno.test("twenty clients at once lose no update, and no id is given twice", async () => {
  await using tsm = new Tsm();
  // There is no supervisor yet: all twenty find that out at the same time.
  const clients = Array.from({ length: 20 }, (_, index) => `client-${index}`);
  await Promise.all(clients.map(async (name) => {
    await tsm.ok("start", "sleep 1000", "--name", name);
    const listed = await tsm.list();
    assertEquals(listed[name]?.status, "online", `what ${name} started is listed to it`);
  }));
  const listed = await tsm.list();
  assertEquals(Object.keys(listed).sort(), [...clients].sort());
  const ids = Object.values(listed).map(({ tsm_id }) => tsm_id).sort((a, b) => a - b);
  assertEquals(ids, clients.map((_, index) => index + 1));
  const pids = Object.values(listed).map(({ pid }) => pid!);
  assertEquals(new Set(pids).size, 20);
  assert(pids.every(isRunning));

  const [even, odd] = [0, 1].map((rest) => clients.filter((_, index) => index % 2 === rest));
  await Promise.all([
    ...even!.map((name) => tsm.ok("stop", name)),
    ...odd!.map((name) => tsm.ok("restart", name)),
  ]);
  const after = await tsm.list();
  assertEquals(Object.keys(after).sort(), [...odd!].sort());
  assert(
    Object.values(after).every(({ restarts, status }) => restarts === 1 && status === "online"),
  );
  assertEquals(pids.filter(isRunning), []);
});

Deno.test("of many who start the same name at once, one does", async () => {
  await using tsm = new Tsm();
  const results = await Promise.all(
    Array.from({ length: 8 }, () => tsm.run(["start", "sleep 1000", "--name", "one"])),
  );
  assertEquals(results.filter(({ code }) => code === 0).length, 1);
  for (const { code, stderr } of results) {
    if (code !== 0) assert(/already running|is a process 'one' already/.test(stderr), stderr);
  }
  assertEquals(Object.keys(await tsm.list()), ["one"]);
});
