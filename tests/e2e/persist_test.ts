import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort, isRunning, Tsm, until } from "./harness.ts";
import { assertSleeps, multiply, resurrect } from "./resurrection.ts";

Deno.test("what was saved comes back with its id, environment, policies and counters", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "first");
  const start = ["start", "sleep 1001", "--name", "api", "--env", "COLOUR=blue"];
  await tsm.ok(...start, "--namespace", "shop", "--no-autorestart");
  await tsm.ok("restart", "api");
  const before = (await tsm.list())["api"]!;
  assertEquals([before.tsm_id, before.restarts], [2, 1]);
  const environment = await tsm.ok("env", "api", "--json");
  const spec = tsm.read("runtime", "processes", "api", "spec.json");
  assertMatch(await tsm.ok("save"), /^Saved 2 processes in .*saved\.json\n$/);

  await tsm.ok("stop", "all");
  assertEquals(await tsm.list(), {});
  const report = await resurrect(tsm);
  assertEquals([report.code, report.resurrected], [0, ["first", "api"]]);
  const after = (await tsm.list())["api"]!;
  assertEquals([after.tsm_id, after.restarts, after.status], [2, 1, "online"]);
  assert(after.pid !== before.pid && isRunning(after.pid!));
  assertEquals(await tsm.ok("env", "api", "--json"), environment);
  assertEquals(tsm.read("runtime", "processes", "api", "spec.json"), spec);
  assertStringIncludes(tsm.read("db", "history", "api.jsonl"), '"event":"resurrect"');
});

Deno.test("resurrecting twice, and while a third runs, starts nothing twice", async () => {
  await using tsm = new Tsm();
  for (const name of ["a", "b", "c"]) await tsm.ok("start", "sleep 714253", "--name", name);
  await tsm.ok("save");
  await tsm.ok("stop", "b", "c");
  const { pid } = (await tsm.list())["a"]!;
  const first = await resurrect(tsm);
  assertEquals([first.code, first.running, first.resurrected], [0, ["a"], ["b", "c"]]);
  const both = await Promise.all([resurrect(tsm), resurrect(tsm)]);
  for (const report of both) {
    assertEquals([report.code, report.running, report.resurrected], [0, ["a", "b", "c"], []]);
  }
  assertEquals((await tsm.list())["a"]!.pid, pid);
  await assertSleeps(tsm, 714253, 3);
});

Deno.test("two resurrections at once share the work, and nothing starts twice", async () => {
  await using tsm = new Tsm();
  const names = ["a", "b", "c", "d", "e", "f"];
  for (const name of names) await tsm.ok("start", "sleep 714254", "--name", name);
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  const reports = await Promise.all([resurrect(tsm), resurrect(tsm), resurrect(tsm)]);
  for (const { code } of reports) assertEquals(code, 0);
  assertEquals(reports.flatMap(({ resurrected }) => resurrected).sort(), names);
  await assertSleeps(tsm, 714254, names.length);
});

Deno.test("what the user had stopped before the save stays stopped", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "runs");
  await tsm.ok("start", "sleep 1000", "--name", "rests");
  await tsm.ok("stop", "--keep", "rests");
  await tsm.ok("save");
  await tsm.ok("shutdown");
  const kept = await resurrect(tsm);
  assertEquals([kept.code, kept.resurrected, kept.stopped], [0, ["runs"], ["rests"]]);
  await tsm.ok("delete", "all");
  const anew = await resurrect(tsm);
  assertEquals([anew.code, anew.resurrected, anew.stopped], [0, ["runs"], ["rests"]]);
  assertEquals((await tsm.list())["rests"]!.status, "stopped");
});

Deno.test("old ids go to their owners, even where a newcomer holds one of them", async () => {
  await using tsm = new Tsm();
  for (const name of ["a", "b", "c"]) await tsm.ok("start", "sleep 1000", "--name", name);
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  await tsm.ok("start", "sleep 1000", "--name", "newcomer");
  await resurrect(tsm);
  const ids = Object.fromEntries(
    Object.entries(await tsm.list()).map(([name, { tsm_id }]) => [name, tsm_id]),
  );
  assertEquals(ids, { newcomer: 1, a: 4, b: 2, c: 3 });
});

Deno.test("an entry whose cwd, program or env file is gone is reported, the rest come back", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/dir`);
  const script = tsm.write("tool.sh", "#!/bin/sh\nexec sleep 1000\n", 0o755);
  const file = tsm.write("some.env", "A=1\n");
  await tsm.ok("start", "sleep 1000", "--name", "no-cwd", "--cwd", `${tsm.work}/dir`);
  await tsm.ok("start", script, "--name", "no-program");
  await tsm.ok("start", "sleep 1000", "--name", "no-env-file", "--env-file", file);
  await tsm.ok("start", "sleep 1000", "--name", "whole");
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  Deno.removeSync(`${tsm.work}/dir`);
  Deno.removeSync(script);
  Deno.removeSync(file);

  const report = await resurrect(tsm);
  assertEquals([report.code, report.resurrected], [1, ["whole"]]);
  assertStringIncludes(report.failed["no-cwd"]!, `'${tsm.work}/dir' does not exist`);
  assertStringIncludes(report.failed["no-program"]!, `'${script}' does not exist`);
  assertStringIncludes(report.failed["no-env-file"]!, `'${file}' does not exist`);
  assertStringIncludes(report.stderr, "Cannot resurrect 'no-cwd': its working directory");
  assertEquals((await tsm.list())["no-cwd"]!.status, "errored");

  // They are not lost: another save keeps them, and they come back when they can.
  await tsm.ok("save");
  Deno.mkdirSync(`${tsm.work}/dir`);
  const again = await resurrect(tsm);
  assertEquals([again.code, again.resurrected], [1, ["no-cwd"]]);
});

Deno.test("a program that ends at once is reported with its last words", async () => {
  await using tsm = new Tsm();
  const script = tsm.write("tool.sh", "#!/bin/sh\nexec sleep 1000\n", 0o755);
  // Its start is done when it is healthy, so that it is watched however late it ends.
  const healthy = tsm.write("healthy", "");
  const check = ["--health-cmd", `test -e ${healthy}`, "--health-grace", "5m"];
  const ready = ["--wait-ready", "health", "--ready-timeout", "5m"];
  await tsm.ok("start", script, "--name", "tool", ...check, ...ready);
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  Deno.removeSync(healthy);
  tsm.write("tool.sh", "#!/bin/sh\necho no database >&2\nexit 3\n", 0o755);
  const report = await resurrect(tsm);
  assertEquals(report.code, 1);
  assertMatch(report.failed["tool"]!, /exited with code 3, [^]*no database/);
});

Deno.test("a port that somebody took meanwhile is reported", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  await tsm.ok("start", "sleep 1000", "--name", "web", "--port", String(port));
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  using _ = Deno.listen({ hostname: "127.0.0.1", port });
  const report = await resurrect(tsm);
  assertEquals(report.code, 1);
  assertStringIncludes(report.failed[`web-${port}`]!, `port ${port} is taken`);
});

Deno.test("a process whose directory was removed by hand gets no twin", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 714255", "--name", "orphan");
  await tsm.ok("save");
  await tsm.killSupervisor();
  Deno.removeSync(tsm.path("runtime", "processes", "orphan"), { recursive: true });
  const report = await resurrect(tsm);
  assertEquals(report.code, 1);
  assertStringIncludes(report.failed["orphan"]!, "runs already");
  await assertSleeps(tsm, 714255, 1);
});

Deno.test("a damaged list falls back to the one before, and says so", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("save");
  await tsm.ok("start", "sleep 1000", "--name", "b");
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  const saved = tsm.path("runtime", "saved.json");
  const text = Deno.readTextFileSync(saved);
  Deno.writeTextFileSync(saved, text.slice(0, text.length / 2));
  const report = await resurrect(tsm);
  assertEquals(report.resurrected, ["a"]);
  assertStringIncludes(report.stderr, "using the list saved before it, saved.1.json");

  Deno.removeSync(tsm.path("runtime", "saved.1.json"));
  assertStringIncludes(await tsm.fails(1, "resurrect"), "saved.json is damaged (not JSON");
  Deno.writeTextFileSync(saved, text.replace('"version": 1', '"version": 99'));
  assertStringIncludes(await tsm.fails(1, "resurrect"), "a newer tsm wrote it");
  assertStringIncludes(await tsm.fails(1, "save"), "Cannot save over saved.json");
});

Deno.test("an empty list does not replace a full one; cleardump forgets it", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(66, "resurrect"), "nothing is saved");
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  const saved = tsm.read("runtime", "saved.json");
  assertStringIncludes(await tsm.fails(1, "save"), "'tsm save --force' does");
  assertEquals(tsm.read("runtime", "saved.json"), saved);
  assertEquals(await tsm.ok("cleardump"), "The saved list is forgotten\n");
  await tsm.fails(66, "resurrect");
  // Nor is an empty one saved where there is none to lose.
  assertStringIncludes(await tsm.fails(1, "save"), "Cannot save: no process is listed");
  assertEquals(
    await tsm.ok("save", "--force"),
    `Saved 0 processes in ${tsm.path("runtime", "saved.json")}\n`,
  );
});

Deno.test("a hundred processes come back, and each of them once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 714256", "--name", "p-0");
  await tsm.ok("save");
  // A hundred starts would be the longest part of this test: write the list instead.
  multiply(tsm, 100);
  const report = await resurrect(tsm);
  assertEquals([report.code, report.running, report.resurrected.length], [0, ["p-0"], 99]);
  await assertSleeps(tsm, 714256, 100);
  const listed = Object.values(await tsm.list());
  for (const { name, tsm_id, status } of listed) {
    assertEquals([name, status], [`p-${tsm_id - 1}`, "online"]);
  }
});

Deno.test("a root whose base environment was lost gets it back from the list", async () => {
  await using tsm = new Tsm();
  const env = { HUE: "green" };
  assertEquals((await tsm.run(["start", "sleep 9", "--name", "a"], { env })).code, 0);
  const environment = await tsm.ok("env", "a", "--json");
  assertEquals(JSON.parse(environment).HUE, "green");
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  Deno.removeSync(tsm.path("runtime", "base.env"));
  // Another base is made before it comes back.
  const other = { HUE: "red", EXTRA: "1" };
  assertEquals((await tsm.run(["start", "sleep 9", "--name", "z"], { env: other })).code, 0);
  await tsm.ok("stop", "z");
  assertEquals((await resurrect(tsm)).code, 0);
  assertEquals(await tsm.ok("env", "a", "--json"), environment);
});

Deno.test("with save.auto the list is saved after each change, but a shutdown is none", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("set", "save.auto", "on");
  const saved = () =>
    JSON.parse(tsm.read("runtime", "saved.json")).processes.map((
      { name, stopped }: { name: string; stopped: boolean },
    ) => `${name}${stopped ? " stopped" : ""}`);
  assertEquals(saved(), ["a"]);
  await tsm.ok("start", "sleep 1000", "--name", "b");
  assertEquals(saved(), ["a", "b"]);
  await tsm.ok("stop", "--keep", "a");
  assertEquals(saved(), ["a stopped", "b"]);
  await tsm.ok("delete", "a");
  assertEquals(saved(), ["b"]);
  await tsm.ok("shutdown");
  assertEquals(saved(), ["b"]);
  await tsm.ok("delete", "b");
  assertEquals(saved(), ["b"], "an empty list is never saved by itself");
});

Deno.test("with save.auto a request that a shutdown cuts short does not save what that stops", async () => {
  await using tsm = new Tsm();
  tsm.write("hold", "");
  const slow = "trap 'while test -e hold; do sleep 0.1; done; exit' TERM; echo >up; " +
    "while :; do sleep 0.1; done";
  await tsm.ok("start", slow, "--name", "slow", "--kill-timeout", "10m");
  await until("its trap", () => Deno.statSync(`${tsm.work}/up`));
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("set", "save.auto", "on");
  // Not ready before the shutdown, however late that comes.
  const patient = ["--min-uptime", "10m", "--wait=20m"];
  const starting = tsm.run(["start", "sleep 1000", "--name", "b", ...patient]);
  await until("its start", async () => (await tsm.list())["b"]?.status === "online");
  const leaving = tsm.run(["shutdown"]);
  try {
    assertEquals((await starting).code, 1);
  } finally {
    Deno.removeSync(`${tsm.work}/hold`);
  }
  assertEquals((await leaving).code, 0);
  await tsm.ok("stop", "all");
  const { resurrected, stopped } = await resurrect(tsm);
  assertEquals([resurrected, stopped], [["slow", "a"], []]);
});
