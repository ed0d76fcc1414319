import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { testNeeding, TRACE } from "../test_needing.ts";
import { failingOnDemand } from "./failing_program.ts";
import { isRunning, Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

/** The lines that scripts have written into a file of the test. */
function linesOf(tsm: Tsm, file: string): readonly string[] {
  const text = readTextIfThere(`${tsm.work}/${file}`) ?? "";
  return text.split("\n").filter((line) => line !== "");
}

/** A `PATH` with a `program` that is killed as long as there is a file `kill-PROGRAM`. */
function killedOnDemand(tsm: Tsm, program: string): string {
  const real = `exec /usr/bin/env PATH="\${PATH#*:}" ${program} "$@"`;
  const script = `#!/bin/sh\n[ ! -e ${tsm.work}/kill-${program} ] || kill -KILL $$\n${real}\n`;
  Deno.mkdirSync(`${tsm.work}/${program}`);
  tsm.write(`${program}/${program}`, script, 0o755);
  return `${tsm.work}/${program}:${Deno.env.get("PATH")}`;
}

Deno.test("a stop ends the session, what left it, and what ignores SIGTERM", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "family.sh",
    `
echo $$ >>pids
sleep 1000 & echo $! >>pids
setsid sleep 1001 & echo $! >>pids
(trap '' TERM; echo >deaf; while :; do sleep 0.1; done) & echo $! >>pids
# A daemon: two forks and a session of its own; its parent is init.
setsid sh -c 'sh -c "echo \\$\\$ >>pids; exec sleep 1002" &' &
wait
`,
  );
  await tsm.ok("start", "sh family.sh", "--name", "family", "--kill-timeout", "700ms");
  const pids = await until("five pids", () => {
    const found = linesOf(tsm, "pids").map(Number);
    return found.length === 5 ? found : undefined;
  });
  await until("the one that ignores SIGTERM", () => readTextIfThere(`${tsm.work}/deaf`));
  // While it becomes another program it has no environment, by which it is found.
  const read = (pid: number, file: string) => Deno.readTextFileSync(`/proc/${pid}/${file}`);
  const isDaemon = (pid: number) =>
    /^sleep\0.*1002\0$/.test(read(pid, "cmdline")) &&
    read(pid, "environ").includes("TSM_NAME=family\0");
  await until("the daemon", () => pids.some(isDaemon));
  assert(pids.every(isRunning));
  const stranger = new Deno.Command("setsid", {
    args: ["sleep", "1003"],
    env: { TSM_ROOT: `${tsm.root}-other`, TSM_NAME: "family" },
  }).spawn();
  await tsm.ok("stop", "family");
  assertEquals(pids.filter(isRunning), []);
  assert(isRunning(stranger.pid), "another root's process must not be touched");
  stranger.kill("SIGKILL");
  await stranger.status;
});

Deno.test("a hundred processes stop at once, not one after another", async () => {
  await using tsm = new Tsm();
  // None ends before all have been asked to.
  tsm.write(
    "slow.sh",
    `
trap 'echo >>asked; until test -e go; do sleep 0.2; done; exit' TERM
echo >>up
while :; do sleep 1000 & wait; done
`,
  );
  await startAll(
    tsm,
    Array.from({ length: 100 }, (_, index) => ({
      name: `slow-${index}`,
      run: "exec sh slow.sh",
      settings: { kill_timeout: 600_000 },
    })),
  );
  const metas = Object.values(await tsm.list());
  const pids = metas.map(({ pid }) => pid!);
  assertEquals(pids.length, 100);
  assertEquals(new Set(metas.map(({ tsm_id }) => tsm_id)).size, 100);
  const lines = (file: string) => readTextIfThere(`${tsm.work}/${file}`)?.length ?? 0;
  await until("their traps", () => lines("up") === 100);
  const stopping = tsm.ok("stop", "all");
  await until("all to be asked to end", () => lines("asked") === 100);
  tsm.write("go", "");
  await stopping;
  assertEquals(pids.filter(isRunning), []);
  assertEquals(await tsm.list(), {});
});

Deno.test("a stop during a back-off ends the back-off", async () => {
  await using tsm = new Tsm();
  const failing = (name: string) => {
    const policy = ["--restart-delay", "1s", "--max-restarts", "1000"];
    // Whether its early end is told as a failed start is not what this is about.
    return tsm.run(["start", "sh -c 'sleep 0.1; exit 1'", "-n", name, ...policy]);
  };
  const isWaiting = async () => (await tsm.list())["off"]?.status === "waiting";
  /** Awaits the end of a back-off of the same length that begins later. */
  const untilLaterOneEnds = async () => {
    const restarts = async () => (await tsm.list())["witness"]!.restarts;
    // A restart is counted when its back-off begins: after two more, one is over.
    const before = await restarts();
    await until("a later back-off to end", async () => await restarts() >= before + 2);
  };
  await failing("witness");
  await failing("off");
  await until("the back-off", isWaiting);
  await tsm.ok("stop", "off", "--keep");
  const meta = (await tsm.list())["off"]!;
  assertEquals([meta.status, meta.retry_at, meta.reason], [
    "stopped",
    undefined,
    "stopped on request",
  ]);
  // A forgotten timer would have started it again.
  await untilLaterOneEnds();
  assertEquals((await tsm.list())["off"], meta);

  await tsm.run(["start", "off"]);
  await until("another back-off", isWaiting);
  await tsm.ok("stop", "off");
  await untilLaterOneEnds();
  assertEquals(Object.keys(await tsm.list()), ["witness"]);
});

Deno.test("a stop during another stop finds what it asked for done", async () => {
  await using tsm = new Tsm();
  tsm.write("slow.sh", "trap 'sleep 0.5; exit' TERM\nwhile :; do sleep 1000 & wait; done\n");
  await tsm.ok("start", "sh slow.sh", "--name", "twice");
  const results = await Promise.all([
    tsm.run(["stop", "twice"]),
    tsm.run(["stop", "twice", "--keep"]),
    tsm.run(["restart", "twice"]),
  ]);
  const codes = results.map(({ code }) => code);
  assert(codes.slice(0, 2).every((code) => code === 0 || code === 66), results[1].stderr);
  // Whatever came first, the process is gone and nothing of it runs on.
  await tsm.run(["stop", "twice"]);
  assertEquals(await tsm.list(), {});
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "processes"))], []);
  assertEquals([...Deno.readDirSync(tsm.path("runtime", "pids"))], []);
});

Deno.test("a stop during the launch ends what is launched", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "warm");
  for (let round = 0; round < 5; round++) {
    // Not ready before a minute is over, however long the stop takes to come.
    const patient = ["--min-uptime", "1m", "--wait=2m"];
    const starting = tsm.run(["start", "sleep 1000", "--name", "quick", ...patient]);
    await until("its directory", () => {
      try {
        return Deno.statSync(tsm.path("runtime", "processes", "quick")).isDirectory;
      } catch {
        return false;
      }
    });
    await tsm.ok("stop", "quick");
    const { code, stderr } = await starting;
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot keep 'quick' running");
    assertEquals(Object.keys(await tsm.list()), ["warm"]);
  }
});

Deno.test("a process that exits while it is stopped is stopped, and not restarted", async () => {
  await using tsm = new Tsm();
  for (let round = 0; round < 5; round++) {
    await tsm.ok("start", "sleep 1000", "--name", "exiting");
    const { pid } = (await tsm.list())["exiting"]!;
    const stopping = tsm.run(["stop", "exiting", "--keep"]);
    await new Promise((resolve) => setTimeout(resolve, 60 * round));
    try {
      Deno.kill(pid!, "SIGKILL");
    } catch {
      // The stop was faster.
    }
    assertEquals((await stopping).code, 0);
    const meta = (await tsm.list())["exiting"]!;
    assertEquals([meta.status, meta.pid], ["stopped", null]);
    await tsm.ok("stop", "exiting");
  }
});

testNeeding(
  TRACE,
  "what outlives SIGKILL holds up no other, is told, and is removed when it ends",
  async () => {
    await using tsm = new Tsm();
    for (const name of ["held", "free"]) {
      await tsm.ok("start", "sleep 1000", "--name", name, "--kill-timeout", "100ms");
    }
    const { pid } = (await tsm.list())["held"]!;
    // A debugger that stands still keeps what it holds from ending.
    const debug = new Deno.Command("strace", {
      args: ["-o", "/dev/null", "-p", String(pid)],
      stderr: "null",
    }).spawn();
    const status = () => Deno.readTextFileSync(`/proc/${pid}/status`);
    try {
      await until("it to be held", () => status().includes(`TracerPid:\t${debug.pid}\n`));
      debug.kill("SIGSTOP");
      const said = await tsm.fails(1, "stop", "all");
      assertStringIncludes(said, `Cannot stop 'held': its process ${pid} (sleep, state t)`);
      assertStringIncludes(said, "SIGKILL");
      const listed = await tsm.list();
      assertEquals(Object.keys(listed), ["held"]);
      assertEquals(listed["held"]!.status, "stopping");
    } finally {
      debug.kill("SIGKILL");
      await debug.status;
    }
    await until("its removal", async () => Object.keys(await tsm.list()).length === 0);
  },
);

Deno.test("a stop that cannot look at the processes fails, and takes none for ended", async () => {
  await using tsm = new Tsm();
  await using grep = await failingOnDemand(tsm, "grep");
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { pid } = (await tsm.list())["x"]!;
  grep.fail();
  assertStringIncludes(await tsm.fails(1, "stop", "x"), "was killed (SIGKILL)");
  assert(isRunning(pid!));
  assertEquals((await tsm.list())["x"]!.pid, pid);
  grep.work();
  await tsm.ok("stop", "x");
  assert(!isRunning(pid!));
});

Deno.test("a supervisor that cannot look at the processes does not take them for dead", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"]!;
  for (const program of ["cat", "grep"]) {
    await tsm.ok("shutdown", "--keep-processes");
    const PATH = killedOnDemand(tsm, program);
    tsm.write(`kill-${program}`, "");
    const here = { cwd: tsm.root, env: { PATH } };
    const { code, stdout, stderr } = await tsm.run(["supervisor", "--here", "--detached"], here);
    assertEquals(code, 1, stdout + stderr);
    assertStringIncludes(stdout + stderr, "was killed");
    await tsm.ok("save");
    assertEquals((await tsm.list())["x"], before);
  }
});
