import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isSupervisorAlive } from "../../src/api/supervisor_lock.ts";
import { runtimeRoot } from "../../src/root.ts";
import { failingOnDemand } from "./failing_program.ts";
import { isRunning, Tsm, until } from "./harness.ts";

function meta(tsm: Tsm, name: string): Record<string, unknown> {
  return JSON.parse(tsm.read("runtime", "processes", name, "meta.json"));
}

Deno.test("a stop that is refused changes nothing: what crashes later is started again", async () => {
  await using tsm = new Tsm();
  await using grep = await failingOnDemand(tsm, "grep");
  const started = await tsm.run(["start", "sleep 1000", "--name", "x"]);
  assertEquals(started.code, 0, started.stderr);
  const before = meta(tsm, "x");
  grep.fail();
  assertStringIncludes(await tsm.fails(1, "stop", "x"), "Cannot stop 'x'");
  await tsm.fails(1, "stop", "--keep", "x");
  assertEquals(meta(tsm, "x"), before);
  grep.work();
  Deno.kill(before["pid"] as number, "SIGKILL");
  await until("its restart", () => {
    const { status, restarts } = meta(tsm, "x");
    return status === "online" && restarts === 1;
  });
});

Deno.test("a start that is refused leaves nothing behind, even where nothing can be looked at", async () => {
  await using tsm = new Tsm();
  await using grep = await failingOnDemand(tsm, "grep");
  const other = await tsm.run(["start", "sleep 1000", "--name", "other"]);
  assertEquals(other.code, 0, other.stderr);
  grep.fail();
  await tsm.fails(1, "start", "sleep 1000", "--name", "x", "--pre-start", "exit 3");
  assertEquals(Object.keys(await tsm.list()), ["other"]);
  grep.work();
});

Deno.test("a stop that was half done says so, and is done when it can be", async () => {
  await using tsm = new Tsm();
  await using grep = await failingOnDemand(tsm, "grep");
  tsm.write(
    "slow.sh",
    "trap 'echo >told; while [ ! -e go ]; do sleep 0.02; done; exit' TERM\necho >ready\n" +
      "while :; do sleep 0.02; done\n",
  );
  const start = ["start", "sh slow.sh", "--name", "slow", "--kill-timeout", "60s"];
  const started = await tsm.run(start);
  assertEquals(started.code, 0, started.stderr);
  await until("its trap", () => Deno.statSync(`${tsm.work}/ready`));
  const { pid } = meta(tsm, "slow") as { pid: number };
  const stop = tsm.run(["stop", "slow"]);
  await until("the signal", () => Deno.statSync(`${tsm.work}/told`));
  grep.fail();
  const { code, stderr } = await stop;
  assertEquals(code, 1);
  assertStringIncludes(stderr, "told to end, but whether it has cannot be seen");
  tsm.write("go", "");
  await until("its end", () => !isRunning(pid));
  grep.work();
  await until("its removal", async () => Object.keys(await tsm.list()).length === 0);
});

Deno.test("a restart finds what stands in its way before it ends anything", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = meta(tsm, "x");
  const log = tsm.path("runtime", "processes", "x", "current.err");
  Deno.removeSync(log);
  Deno.mkdirSync(log);
  assertStringIncludes(await tsm.fails(1, "restart", "x"), "current.err' is no plain file");
  Deno.removeSync(log);
  const baseEnv = tsm.path("runtime", "base.env");
  const base = Deno.readTextFileSync(baseEnv);
  Deno.writeTextFileSync(baseEnv, "PATH=\n");
  assertStringIncludes(await tsm.fails(1, "restart", "x"), "base.env:1: expected NAME=");
  Deno.writeTextFileSync(baseEnv, base);
  assertEquals(meta(tsm, "x"), before);
  assert(isRunning(before["pid"] as number));
});

Deno.test("a restart or reload finds that the program cannot be executed before it ends anything", async () => {
  await using tsm = new Tsm();
  const sleep = "#!/bin/sh\nexec sleep 1000\n";
  const path = tsm.write("server", sleep, 0o755);
  await tsm.ok("start", "./server", "--name", "x");
  const before = meta(tsm, "x");
  const refused = async (reason: string) => {
    for (const command of ["restart", "reload"]) {
      assertStringIncludes(await tsm.fails(1, command, "x"), reason);
    }
  };
  Deno.removeSync(path);
  await refused(`its program '${path}' does not exist`);
  tsm.write("server", sleep, 0o644);
  await refused(`its program '${path}' is not executable`);
  tsm.write("server", "#!/nowhere/python3\n", 0o755);
  await refused("'/nowhere/python3', which the '#!' line");
  assertEquals(meta(tsm, "x"), before);
  assert(isRunning(before["pid"] as number));
  tsm.write("server", sleep, 0o755);
  await tsm.ok("restart", "x");
});

Deno.test("a hook may make the program that a restart is to run", async () => {
  await using tsm = new Tsm();
  const make = "printf '#!/bin/sh\\nexec sleep 1000\\n' >server && chmod +x server";
  tsm.write("server", "#!/bin/sh\nexec sleep 1000\n", 0o755);
  await tsm.ok("start", "./server", "--name", "x", "--pre-start", make);
  Deno.removeSync(`${tsm.work}/server`);
  await tsm.ok("restart", "x");
});

Deno.test("what is tsm's own and missing is made anew, and stops no restart", async () => {
  await using tsm = new Tsm();
  const variable = { env: { KEPT: "kept" } };
  const command = ["start", "sh -c 'echo \"KEPT=$KEPT\"; exec sleep 1000'", "--name", "x"];
  assertEquals((await tsm.run(command, variable)).code, 0);
  Deno.removeSync(tsm.path("runtime", "pids"), { recursive: true });
  Deno.removeSync(tsm.path("runtime", "base.env"));
  await tsm.ok("restart", "x");
  const { pid } = meta(tsm, "x");
  assertEquals(tsm.read("runtime", "pids", "x.pid").trim(), String(pid));
  const out = () => tsm.read("runtime", "processes", "x", "current.out");
  await until("both outputs", () => out() === "KEPT=kept\nKEPT=kept\n");

  // The next supervisor has its own environment in the place of what is lost.
  for (const lose of [Deno.removeSync, (path: string) => Deno.writeTextFileSync(path, "=")]) {
    await tsm.killSupervisor();
    lose(tsm.path("runtime", "base.env"));
    await tsm.ok("restart", "x");
    assertStringIncludes(tsm.read("runtime", "base.env"), "PATH=");
  }
});

Deno.test("a start of what is not there leaves no supervisor, and a missing file is told as one", async () => {
  await using tsm = new Tsm();
  const said = await tsm.fails(66, "start", "nothing.js");
  assertStringIncludes(said, "Cannot start 'nothing.js': 'nothing.js' is neither a program on its");
  assertEquals(isSupervisorAlive(runtimeRoot(tsm.root)), false);
  await tsm.ok("start", "sleep 1000", "--name", "nothing.js");
  await tsm.ok("stop", "--keep", "nothing.js");
  await tsm.ok("shutdown");
  // It is the name of one that is listed.
  await tsm.ok("start", "nothing.js");
  const missing = await tsm.fails(66, "stop", "nope.config.js");
  assertStringIncludes(missing, "Cannot stop 'nope.config.js': there is no such file");
});
