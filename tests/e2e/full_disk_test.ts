import { assert, assertEquals, assertMatch } from "@std/assert";
import { MOUNT, testNeeding } from "../test_needing.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** Mounts a small file system of its own as the root. */
async function mountRoot(tsm: Tsm): Promise<void> {
  Deno.mkdirSync(tsm.root, { mode: 0o700 });
  const args = ["-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", tsm.root];
  const { success } = await new Deno.Command("mount", { args }).output();
  assert(success, `mount ${args.join(" ")}`);
}

/** Fills the file system of `dir` to its last byte; gives the file to remove. */
function fill(dir: string): string {
  const path = `${dir}/filler`;
  using file = Deno.openSync(path, { write: true, create: true });
  for (const size of [65536, 4096, 1]) {
    try {
      while (true) file.writeSync(new Uint8Array(size));
    } catch {
      // No room for as much; perhaps for less.
    }
  }
  return path;
}

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
      await tsm.run(["shutdown"]);
      await new Deno.Command("umount", { args: ["-l", tsm.root] }).output();
    }
  },
);
