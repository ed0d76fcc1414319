import { assert, assertEquals, assertMatch } from "@std/assert";
import { MOUNT, testNeeding } from "../test_needing.ts";
import { fill, mountRoot, unmountRoot } from "./full_disk.ts";
import { isRunning, Tsm, until } from "./harness.ts";

testNeeding(
  MOUNT,
  "on a full disk processes run on, commands say so, and nothing is damaged",
  async () => {
    await using tsm = new Tsm();
    await mountRoot(tsm);
    try {
      await tsm.ok("start", "sleep 1000", "--name", "steady");
      await tsm.ok("start", "sleep 1000", "--name", "mortal");
      const before = await tsm.list();
      const filler = fill(tsm.root);

      assertMatch(await tsm.fails(1, "start", "sleep 1000", "--name", "new"), /No space left/);
      assertMatch(await tsm.fails(1, "restart", "steady"), /No space left/);
      assertEquals(await tsm.list(), before);
      assert(isRunning(before["steady"]!.pid!));
      // What crashes now cannot be noted, so it waits until it can.
      Deno.kill(before["mortal"]!.pid!, "SIGKILL");
      await until("its end", () => !isRunning(before["mortal"]!.pid!));
      // A supervisor that is killed now leaves nothing behind that the next could not read.
      await tsm.killSupervisor();
      await tsm.run(["reset", "steady"]);
      for (const name of ["steady", "mortal"]) {
        JSON.parse(tsm.read("runtime", "processes", name, "meta.json"));
        JSON.parse(tsm.read("runtime", "processes", name, "spec.json"));
      }

      Deno.removeSync(filler);
      await tsm.ok("start", "sleep 1000", "--name", "new");
      const after = await until("the restart of what crashed", async () => {
        const listed = await tsm.list();
        return listed["mortal"]?.status === "online" && listed["mortal"].restarts > 0
          ? listed
          : undefined;
      });
      assertEquals(after["steady"]!.pid, before["steady"]!.pid);
      assertEquals(Object.keys(after).sort(), ["mortal", "new", "steady"]);
      await tsm.ok("restart", "steady");
      await tsm.ok("shutdown");
    } finally {
      await unmountRoot(tsm);
    }
  },
);

testNeeding(MOUNT, "what a full disk takes no space for is done and remembered", async () => {
  await using tsm = new Tsm();
  await mountRoot(tsm);
  try {
    await tsm.ok("start", "sleep 1000", "--name", "stopped");
    await tsm.ok("start", "sleep 1000", "--name", "crashed");
    const before = await tsm.list();
    await tsm.ok("shutdown", "--keep-processes");
    const filler = fill(tsm.root);

    // A supervisor comes up: it takes one to make room.
    await tsm.ok("stop", "--keep", "stopped");
    assert(!isRunning(before["stopped"]!.pid!));
    assertEquals((await tsm.list())["stopped"]!.status, "stopped");
    Deno.kill(before["crashed"]!.pid!, "SIGKILL");
    const restarted = await until("its restart", async () => {
      const { crashed } = await tsm.list();
      return crashed!.status === "online" && crashed!.restarts === 1 ? crashed : undefined;
    });
    assert(isRunning(restarted.pid!));

    await tsm.killSupervisor();
    Deno.removeSync(filler);
    await tsm.ok("reset", "crashed");
    const after = await tsm.list();
    assertEquals([after["stopped"]!.status, after["stopped"]!.pid], ["stopped", null]);
    assertEquals(after["crashed"]!.pid, restarted.pid);
  } finally {
    await unmountRoot(tsm);
  }
});

Deno.test("a stop that cannot be written down says so, and is written as soon as it can be", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const path = tsm.path("runtime", "processes", "x", "meta.json");
  Deno.removeSync(path);
  // In the way of every rename.
  Deno.mkdirSync(`${path}/x`, { recursive: true });
  assertMatch(await tsm.fails(1, "stop", "--keep", "x"), /it is stopped, but .* meta\.json yet/);
  Deno.removeSync(path, { recursive: true });
  await until("its meta.json", () => JSON.parse(Deno.readTextFileSync(path)).status === "stopped");
});
