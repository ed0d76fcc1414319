import { assert, assertEquals } from "@std/assert";
import { testNeeding, TRACE } from "../test_needing.ts";
import { isRunning, Tsm, until } from "./harness.ts";
import { assertSleeps, countSleeps, multiply } from "./resurrection.ts";

Deno.test("a supervisor killed in the middle of a resurrection: all come back, each once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 714257", "--name", "p-0");
  await tsm.ok("save");
  multiply(tsm, 40);
  for (const moment of [1, 3, 20]) {
    await tsm.ok("stop", "all");
    const supervisor = tsm.supervisorPid();
    const resurrecting = tsm.run(["resurrect"]);
    await until("the resurrection to be under way", () => countSleeps(tsm, 714257) >= moment);
    Deno.kill(supervisor, "SIGKILL");
    // The command asks the next supervisor, which finishes the work.
    assertEquals((await resurrecting).code, 0);
    await until(
      "all to run",
      async () =>
        Object.values(await tsm.list()).filter(({ status }) => status === "online").length === 40,
    );
    await assertSleeps(tsm, 714257, 40);
  }
});

/** Attaches strace to `pid`, to kill it at the n-th `call` on a file of the saved list. */
async function killAt(tsm: Tsm, pid: number, call: string, nth: number) {
  const files = ["", "/saved.json", "/saved.json.tmp", "/saved.1.json", "/saved.1.json.tmp"];
  const paths = files.flatMap((file) => [
    ...["-P", `runtime${file}`, "-P", `${tsm.root}/runtime${file}`],
  ]);
  const inject = `inject=${call}:signal=KILL:when=${nth}`;
  const child = new Deno.Command("strace", {
    args: [
      "-f",
      "-o",
      "/dev/null",
      "-p",
      String(pid),
      ...paths,
      "-e",
      `trace=${call}`,
      "-e",
      inject,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("attached")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`strace cannot be attached: ${said}`);
    said += value;
  }
  // The pipe stays open: strace would not outlive writing to a closed one.
  const ended = child.status.finally(() => reader.cancel());
  return { ended };
}

testNeeding(
  TRACE,
  "a supervisor killed in the middle of a save costs neither list nor process",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "a");
    await tsm.ok("start", "sleep 1000", "--name", "b");
    await tsm.ok("save");
    await tsm.ok("save");
    const pids = Object.values(await tsm.list()).map(({ pid }) => pid);
    for (const [call, nth] of [["write", 1], ["rename", 1], ["write", 2], ["rename", 2]] as const) {
      const before = tsm.supervisorPid();
      const { ended } = await killAt(tsm, before, call, nth);
      // The command finds the supervisor gone, and asks the next one.
      await tsm.ok("save");
      await ended;
      await until(`the supervisor to be killed at ${call} ${nth}`, () => !isRunning(before));
      assert(tsm.supervisorPid() !== before);
      for (const file of ["saved.json", "saved.1.json"]) {
        const { processes } = JSON.parse(tsm.read("runtime", file));
        assertEquals(processes.map(({ name }: { name: string }) => name), ["a", "b"]);
      }
      assertEquals(Object.values(await tsm.list()).map(({ pid }) => pid), pids);
    }
  },
);
