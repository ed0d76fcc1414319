import { assertEquals } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { readMeta, writeMeta } from "../../src/meta/metadata.ts";
import { type GatedProcess, launch } from "../../src/process/launch.ts";
import { processPaths, runtimeRoot } from "../../src/root.ts";
import { Tsm, until } from "./harness.ts";

/** Leaves `name` as a supervisor does that is killed with the process at the gate. */
async function leaveAtGate(tsm: Tsm, name: string): Promise<GatedProcess> {
  const root = runtimeRoot(tsm.root);
  const gated = await launch({
    argv: ["/bin/sleep", "1000"],
    cwd: tsm.work,
    env: { TSM_ROOT: tsm.root, TSM_NAME: name },
    paths: processPaths(root, name),
  });
  const { pid, start } = gated;
  const start_time = Math.floor(Date.now() / 1000);
  writeMeta(root, {
    ...readMeta(root, name),
    status: "launching",
    pid,
    pid_start: start,
    start_time,
  });
  return gated;
}

Deno.test("a process at the gate is adopted only once it has been let through", async () => {
  await using tsm = new Tsm();
  for (const name of ["held", "let"]) {
    await tsm.ok("start", `echo ${name} >>ran; sleep 0.2`, "-n", name, "--autorestart", "never");
    await until("its end", async () => (await tsm.list())[name]!.status === "stopped");
  }
  await tsm.ok("shutdown");
  const held = await leaveAtGate(tsm, "held");
  const through = await leaveAtGate(tsm, "let");
  await tsm.ok("save", "--force");
  const before = await tsm.list();
  assertEquals([before["held"]!.status, before["let"]!.status], ["launching", "launching"]);

  held.abandon();
  await through.go();
  const ran = () => readTextIfThere(`${tsm.work}/ran`);
  await held.exited;
  await until("the run that never began", () => ran() === "held\nlet\nheld\n");
  await until("the adoption", async () => (await tsm.list())["let"]!.status === "online");
  assertEquals((await tsm.list())["let"]!.pid, through.pid);
  await tsm.ok("stop", "let");
  assertEquals(await through.exited, { code: null, signal: "SIGTERM" });
});
