import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import type { Finding } from "../../src/patrol/finding.ts";
import { isRunning, Tsm, until } from "./harness.ts";
import { assertSleeps } from "./resurrection.ts";

async function patrol(tsm: Tsm, ...flags: readonly string[]): Promise<Finding[]> {
  return JSON.parse(await tsm.ok("patrol", "--json", ...flags));
}

const summary = (findings: readonly Finding[]) =>
  findings.map(({ kind, name, done }) => `${kind} ${name} ${done}`).sort();

Deno.test("patrol mends what a supervisor finds below its root, and nothing the second time", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "fine");
  const { pid } = (await tsm.list())["fine"]!;
  Deno.writeTextFileSync(tsm.path("runtime", "pids", "nobody.pid"), "4242\n");
  Deno.writeTextFileSync(tsm.path("runtime", "pids", "fine.pid"), "1\n");
  Deno.mkdirSync(tsm.path("runtime", "processes", "empty"));
  Deno.mkdirSync(tsm.path("runtime", "processes", ".old.removed"));
  for (const name of ["meta.json.tmp", "current.out.idx.tmp"]) {
    Deno.writeTextFileSync(tsm.path("runtime", "processes", "fine", name), "{");
  }
  Deno.symlinkSync("nowhere", tsm.path("runtime", "processes", "fine", "lost.pid"));
  const expected = (done: boolean) => [
    `dangling-link lost ${done}`,
    `leftover current.out.idx ${done}`,
    `leftover meta.json ${done}`,
    `leftover old ${done}`,
    `pid-file fine ${done}`,
    `pid-file nobody ${done}`,
    `unreadable empty ${done}`,
  ];
  assertEquals(summary(await patrol(tsm, "--dry-run")), expected(false));
  assertEquals(summary(await patrol(tsm)), expected(true));
  assertEquals(await patrol(tsm), []);
  assertEquals(tsm.read("runtime", "pids", "fine.pid"), `${pid}\n`);
  assert(isRunning(pid!));
  assertEquals(
    [...Deno.readDirSync(tsm.path("runtime", "processes"))].map(({ name }) => name),
    ["fine"],
  );
});

Deno.test("without a supervisor, --dry-run only looks, and a round at boot is told of", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "fine");
  await tsm.ok("shutdown", "--keep-processes");
  Deno.writeTextFileSync(tsm.path("runtime", "pids", "nobody.pid"), "4242\n");
  assertEquals(summary(await patrol(tsm, "--dry-run")), ["pid-file nobody false"]);
  assertEquals((await tsm.run(["ping"])).code, 69);
  assertEquals(summary(await patrol(tsm)), ["pid-file nobody true"]);
  assertEquals(await patrol(tsm), []);
});

Deno.test("an id that two files claim is given to one of them, the other gets a free one", async () => {
  await using tsm = new Tsm();
  for (const name of ["a", "b", "c"]) await tsm.ok("start", "sleep 1000", "--name", name);
  const before = await tsm.list();
  await tsm.killSupervisor();
  const file = tsm.path("runtime", "processes", "b", "meta.json");
  Deno.writeTextFileSync(
    file,
    tsm.read("runtime/processes/b/meta.json").replace(/_id": 2/, '_id": 1'),
  );
  await tsm.ok("reset", "all");
  const after = await tsm.list();
  assertEquals(Object.values(after).map(({ tsm_id }) => tsm_id).sort(), [1, 2, 3]);
  assertEquals(after["c"], before["c"]);
  for (const name of ["a", "b", "c"]) assertEquals(after[name]?.pid, before[name]?.pid);
});

Deno.test("who removes a running process's directory can stop it, or start it anew, but once", async () => {
  await using tsm = new Tsm();
  for (const name of ["again", "gone"]) await tsm.ok("start", "sleep 1000", "--name", name);
  const before = await tsm.list();
  for (const name of ["again", "gone"]) {
    Deno.removeSync(tsm.path("runtime", "processes", name), { recursive: true });
  }
  assertStringIncludes(
    await tsm.fails(1, "restart", "gone"),
    "Cannot restart 'gone': its directory is gone, which removes a process; 'tsm stop gone' ends",
  );
  await tsm.ok("start", "sleep 1001", "--name", "again");
  await tsm.ok("stop", "gone");
  for (const { pid } of Object.values(before)) assert(!isRunning(pid!));
  const after = await tsm.list();
  assertEquals(Object.keys(after), ["again"]);
  assertEquals([after["again"]?.command, after["again"]?.status], ["sleep 1001", "online"]);
});

Deno.test("a corrupt meta.json hides no other process and goes into quarantine", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "good");
  await tsm.ok("start", "sleep 1000", "--name", "bad");
  const { bad } = await tsm.list();
  const path = tsm.path("runtime", "processes", "bad", "meta.json");
  Deno.writeTextFileSync(path, '{"tsm_id": 2, "na');
  const { stdout, stderr } = await tsm.run(["ls"]);
  assertStringIncludes(stdout, "good");
  assertStringIncludes(stderr, "'bad': meta.json: not JSON");

  // A supervisor that knows the process writes it anew; the damaged file is kept.
  await tsm.ok("patrol");
  assertEquals((await tsm.list())["bad"], bad);
  assertStringIncludes((await tsm.run(["ls"])).stderr, "runtime/quarantine/bad-");

  // One that does not, finds what lives by its environment, and adopts it.
  for (const damage of ["[]", undefined]) {
    await tsm.killSupervisor();
    if (damage === undefined) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, damage);
    await tsm.ok("reset", "good");
    await until("its adoption", async () => {
      const found = (await tsm.list())["bad"];
      return found?.pid === bad!.pid && found.tsm_id === bad!.tsm_id && found.status === "online";
    });
    assertEquals(summary(await patrol(tsm)), ["unreadable bad true"]);
  }
  // Where its spec.json is damaged too, what it runs is what /proc shows.
  await tsm.killSupervisor();
  for (const file of ["meta.json", "spec.json"]) {
    Deno.writeTextFileSync(tsm.path("runtime", "processes", "bad", file), "");
  }
  await tsm.ok("restart", "bad");
  const restarted = (await tsm.list())["bad"]!;
  assertEquals([restarted.command, restarted.status], ["sleep 1000", "online"]);
  assert(!isRunning(bad!.pid!));

  // What does not live and cannot be read goes into quarantine.
  await tsm.killSupervisor();
  Deno.writeTextFileSync(path, "[]");
  Deno.kill(restarted.pid!, "SIGKILL");
  await tsm.ok("reset", "good");
  assertEquals(Object.keys(await tsm.list()), ["good"]);
  assertEquals(summary(await patrol(tsm)), ["pid-file bad true", "unreadable bad true"]);
});

Deno.test("the name of a process whose meta.json is damaged is not taken for a program", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.killSupervisor();
  Deno.writeTextFileSync(tsm.path("runtime", "processes", "x", "meta.json"), "[]");
  assertStringIncludes(await tsm.fails(1, "start", "x"), "it is already running");
});

Deno.test("of several that lead a session the one of the pid file is recovered", async () => {
  await using tsm = new Tsm();
  const line = "(setsid sleep 714261 &); sleep 0.1; exec sleep 1000";
  await tsm.ok("start", "sh", "--name", "x", "--", "-c", line);
  await assertSleeps(tsm, 714261, 1);
  const { x } = await tsm.list();
  await tsm.killSupervisor();
  Deno.writeTextFileSync(tsm.path("runtime", "processes", "x", "meta.json"), "[]");
  await tsm.ok("patrol");
  assertEquals((await tsm.list())["x"]?.pid, x!.pid);
});

Deno.test("what runs though its directory was removed gets no twin, and is named", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.ok("start", "sleep 1000", "--name", "other");
  const { x } = await tsm.list();
  Deno.removeSync(tsm.path("runtime", "processes", "x"), { recursive: true });
  assertEquals(summary(await patrol(tsm)), ["orphan x false"]);
  assertStringIncludes(
    await tsm.ok("patrol", "--dry-run"),
    "its directory was removed: would be ended by 'tsm patrol --kill-orphans'",
  );
  const said = await tsm.fails(1, "start", "sleep 1000", "--name", "x");
  assertStringIncludes(said, `a process of that name runs already (pid ${x!.pid})`);
  await tsm.killSupervisor();
  assertEquals(await tsm.fails(1, "start", "sleep 1000", "--name", "x"), said);
  await tsm.ok("patrol", "--kill-orphans");
  assert(!isRunning(x!.pid!));
  await tsm.ok("start", "sleep 1000", "--name", "x");
});

Deno.test("a process that has got a twin is named by patrol, and the twin is none", async () => {
  await using tsm = new Tsm();
  // A supervisor that comes up sees it, and refuses the name.
  await tsm.ok("start", "sleep 1000", "--name", "other");
  const older = new Deno.Command("setsid", {
    args: ["sleep", "1000"],
    env: { TSM_ROOT: tsm.root, TSM_NAME: "x" },
  }).spawn();
  try {
    // Processes that begin in the same hundredth of a second are equally old.
    await delay(50);
    await tsm.ok("start", "sleep 1000", "--name", "x");
    assertEquals(summary(await patrol(tsm)), ["orphan x false"]);
    const { x } = await tsm.list();
    await tsm.ok("patrol", "--kill-orphans");
    await older.status;
    assert(isRunning(x!.pid!));
    assertEquals(await patrol(tsm), []);
  } finally {
    if (isRunning(older.pid)) older.kill("SIGKILL");
  }
});

Deno.test("what a pre_start hook has left running is no orphan", async () => {
  await using tsm = new Tsm();
  const hook = "setsid sleep 1000 >/dev/null 2>&1 & sleep 0.1";
  await tsm.ok("start", "sleep 1000", "--name", "x", "--pre-start", hook);
  await tsm.ok("restart", "x");
  assertEquals(await patrol(tsm, "--kill-orphans"), []);
});

Deno.test("orphans are reported, and ended only when asked to; another root's never", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sh -c 'sleep 714258 & wait'", "--name", "orphan");
  await assertSleeps(tsm, 714258, 1);
  await tsm.ok("start", "sleep 1000", "--name", "fine");
  const { orphan, fine } = await tsm.list();
  const stranger = new Deno.Command("sleep", {
    args: ["1000"],
    env: { TSM_ROOT: `${tsm.root}2`, TSM_NAME: "orphan" },
  }).spawn();
  try {
    // Deleting the directory removes the process from the list.
    Deno.removeSync(tsm.path("runtime", "processes", "orphan"), { recursive: true });
    assertEquals(summary(await patrol(tsm)), ["orphan orphan false", "orphan orphan false"]);
    assertEquals(Object.keys(await tsm.list()), ["fine"]);
    assert(isRunning(orphan!.pid!));
    const ended = await patrol(tsm, "--kill-orphans");
    assertEquals(summary(ended), ["orphan orphan true", "orphan orphan true"]);
    assert(!isRunning(orphan!.pid!));
    assert(isRunning(stranger.pid));
    assert(isRunning(fine!.pid!));
    assertEquals(await patrol(tsm), []);
  } finally {
    stranger.kill("SIGKILL");
    await stranger.status;
  }
});

Deno.test("a process that died while no supervisor lived is started again, and counted", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "mortal");
  await tsm.ok("start", "sleep 1000", "--name", "lasting");
  const { mortal, lasting } = await tsm.list();
  await tsm.killSupervisor();
  Deno.kill(mortal!.pid!, "SIGKILL");
  await until("its end", () => !isRunning(mortal!.pid!));
  assertEquals((await tsm.list())["mortal"]!.status, "dead");
  await tsm.ok("patrol");
  const now = await until("its restart", async () => {
    const listed = await tsm.list();
    const { status, pid } = listed["mortal"]!;
    // Until it is known to be dead, its file says what it said before.
    return status === "online" && pid !== mortal!.pid ? listed : undefined;
  });
  assertEquals([now["mortal"]!.restarts, now["mortal"]!.reason], [1, "found dead"]);
  assertEquals(now["lasting"], lasting);

  // Adopted or not: its exit is seen, and its policy followed.
  Deno.kill(lasting!.pid!, "SIGKILL");
  await until("its restart", async () => (await tsm.list())["lasting"]!.restarts === 1);
});

Deno.test("a pid that belongs to somebody else by now is never signalled", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "reused", "--autorestart", "never");
  const { pid } = (await tsm.list())["reused"]!;
  await tsm.killSupervisor();
  Deno.kill(pid!, "SIGKILL");
  const stranger = new Deno.Command("setsid", { args: ["sleep", "1000"] }).spawn();
  try {
    // As if the system had given the pid away: only the start does not agree.
    const path = tsm.path("runtime", "processes", "reused", "meta.json");
    const meta = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify({ ...meta, pid: stranger.pid }));
    assertEquals((await tsm.list())["reused"]!.status, "dead");
    await tsm.ok("patrol");
    await until("its end is noted", async () => (await tsm.list())["reused"]!.status === "stopped");
    await tsm.ok("stop", "reused");
    assert(isRunning(stranger.pid));
  } finally {
    stranger.kill("SIGKILL");
    await stranger.status;
  }
});

Deno.test("after a reboot everything is stopped, and no pid is trusted", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "before");
  const { pid } = (await tsm.list())["before"]!;
  await tsm.ok("shutdown", "--keep-processes");
  // As after a reboot: another boot, and by chance a process of the same pid and start.
  const path = tsm.path("runtime", "boot.json");
  const boot = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...boot, boot_id: "another" }));
  await tsm.ok("patrol");
  const before = (await tsm.list())["before"]!;
  assertEquals([before.status, before.reason, before.pid], ["stopped", "reboot", null]);
  assertEquals(before.stopped_by, "reboot");
  assert(isRunning(pid!), "a pid from before the reboot must not be signalled");
});

Deno.test("a shutdown leaves what has ended as it is: resurrect starts what a reboot ended", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "rebooted");
  await tsm.ok("save");
  await tsm.ok("shutdown", "--keep-processes");
  const path = tsm.path("runtime", "boot.json");
  const boot = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...boot, boot_id: "another" }));
  await tsm.ok("start", "sleep 0.2", "--name", "job", "--no-autorestart", "--wait=0s");
  await until("its end", async () => (await tsm.list())["job"]?.status === "stopped");
  const before = await tsm.list();
  assertEquals([before["rebooted"]?.stopped_by, before["job"]?.stopped_by], [
    "reboot",
    "completion",
  ]);
  await tsm.ok("shutdown");
  assertEquals(await tsm.list(), before);
  await tsm.ok("save");
  await tsm.ok("resurrect");
  assertEquals((await tsm.list())["rebooted"]?.status, "online");
});

Deno.test("a damaged spec.json is written anew, or told of, and is never saved as defaults", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x", "--kill-timeout", "7s");
  await tsm.ok("save");
  const saved = tsm.read("runtime", "saved.json");
  const path = tsm.path("runtime", "processes", "x", "spec.json");
  const spec = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, spec.slice(0, 20));
  assertEquals(summary(await patrol(tsm)), ["damaged-spec x true"]);
  assertEquals(Deno.readTextFileSync(path), spec);

  // The next supervisor knows no more of it than its meta.json says.
  await tsm.killSupervisor();
  Deno.writeTextFileSync(path, spec.slice(0, 20));
  assertEquals(summary(await patrol(tsm)), ["damaged-spec x false"]);
  assertStringIncludes(await tsm.fails(64, "save"), "Cannot save 'x': its spec.json was damaged");
  assertEquals(tsm.read("runtime", "saved.json"), saved);
  await tsm.ok("start", "sleep 1000", "--name", "x", "--force");
  await tsm.ok("save");
  assertEquals(await patrol(tsm), []);
});
