import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, type Result, Tsm, tsmCommand, until } from "./harness.ts";

/** What `tsm resurrect --json` says, names only. */
async function resurrect(tsm: Tsm): Promise<{
  code: number;
  stderr: string;
  resurrected: string[];
  running: string[];
  stopped: string[];
  failed: Record<string, string>;
}> {
  const { code, stdout, stderr } = await tsm.run(["resurrect", "--json"]);
  const report = JSON.parse(stdout);
  return {
    code,
    stderr,
    resurrected: report.resurrected.map(({ name }: { name: string }) => name),
    running: report.running,
    stopped: report.stopped,
    failed: Object.fromEntries(
      report.failed.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
    ),
  };
}

/** Runs the supervisor in the foreground; gives a way to end it, however it stands. */
function foreground(tsm: Tsm, ...flags: string[]) {
  const child = tsm.command(["supervisor", ...flags]).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream());
  return {
    said,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
      await child.stdout.cancel();
      if (!said.locked) await said.cancel();
    },
  };
}

/** How many processes run `sleep SECONDS`. */
function countSleeps(seconds: number): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`) === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  }).length;
}

/** Asserts that `sleep SECONDS` runs `count` times; a shell may be about to become it. */
async function assertSleeps(seconds: number, count: number): Promise<void> {
  await until(`${count} times sleep ${seconds}`, () => countSleeps(seconds) >= count);
  assertEquals(countSleeps(seconds), count);
}

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
  await assertSleeps(714253, 3);
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
  await assertSleeps(714254, names.length);
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
  await tsm.ok("start", script, "--name", "tool");
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  tsm.write("tool.sh", "#!/bin/sh\necho no database >&2\nexit 3\n", 0o755);
  const report = await resurrect(tsm);
  assertEquals(report.code, 1);
  assertMatch(report.failed["tool"]!, /exited with code 3 [^]*no database/);
});

Deno.test("a port that somebody took meanwhile is reported", async () => {
  await using tsm = new Tsm();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
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
  Deno.kill(tsm.supervisorPid(), "SIGKILL");
  Deno.removeSync(tsm.path("runtime", "processes", "orphan"), { recursive: true });
  const report = await resurrect(tsm);
  assertEquals(report.code, 1);
  assertStringIncludes(report.failed["orphan"]!, "runs already");
  await assertSleeps(714255, 1);
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
  await tsm.ok("save");
});

Deno.test("a hundred processes come back, and each of them once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 714256", "--name", "p-0");
  await tsm.ok("save");
  // A hundred starts would be the longest part of this test: write the list instead.
  multiply(tsm, 100);
  const report = await resurrect(tsm);
  assertEquals([report.code, report.running, report.resurrected.length], [0, ["p-0"], 99]);
  await assertSleeps(714256, 100);
  const listed = Object.values(await tsm.list());
  for (const { name, tsm_id, status } of listed) {
    assertEquals([name, status], [`p-${tsm_id - 1}`, "online"]);
  }
});

/** Replaces the saved list by one of `count` processes, all like the one that is saved. */
function multiply(tsm: Tsm, count: number): void {
  const list = JSON.parse(tsm.read("runtime", "saved.json"));
  list.processes = Array.from({ length: count }, (_, index) => ({
    ...list.processes[0],
    name: `p-${index}`,
    tsm_id: index + 1,
  }));
  Deno.writeTextFileSync(tsm.path("runtime", "saved.json"), JSON.stringify(list));
}

Deno.test("a supervisor killed in the middle of a resurrection: all come back, each once", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 714257", "--name", "p-0");
  await tsm.ok("save");
  multiply(tsm, 40);
  for (const moment of [1, 3, 20]) {
    await tsm.ok("stop", "all");
    const supervisor = tsm.supervisorPid();
    const resurrecting = tsm.run(["resurrect"]);
    await until("the resurrection to be under way", () => countSleeps(714257) >= moment);
    Deno.kill(supervisor, "SIGKILL");
    // The command asks the next supervisor, which finishes the work.
    assertEquals((await resurrecting).code, 0);
    await until(
      "all to run",
      async () =>
        Object.values(await tsm.list()).filter(({ status }) => status === "online").length === 40,
    );
    await assertSleeps(714257, 40);
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
  while (!/attached|ttach: /.test(said)) {
    const { value, done } = await reader.read();
    if (done) break;
    said += value;
  }
  // The pipe stays open: strace would not outlive writing to a closed one.
  const ended = child.status.finally(() => reader.cancel());
  return { isAttached: /attached/.test(said), ended };
}

Deno.test("a supervisor killed in the middle of a save costs neither list nor process", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("start", "sleep 1000", "--name", "b");
  await tsm.ok("save");
  await tsm.ok("save");
  const pids = Object.values(await tsm.list()).map(({ pid }) => pid);
  for (const [call, nth] of [["write", 1], ["rename", 1], ["write", 2], ["rename", 2]] as const) {
    const before = tsm.supervisorPid();
    const { isAttached, ended } = await killAt(tsm, before, call, nth).catch(() => ({
      isAttached: false,
      ended: undefined,
    }));
    if (!isAttached) {
      console.log("skipped: strace cannot be attached to a process here");
      return;
    }
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
});

Deno.test("a foreground supervisor brings back what is saved", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.ok("save");
  await tsm.ok("stop", "a");
  await tsm.ok("shutdown");
  await using _ = foreground(tsm, "--resurrect");
  await until("the process to be back", async () => (await tsm.list())["a"]?.status === "online");
});

Deno.test("a supervisor restarted after a kill leaves stopped what was stopped by hand", async () => {
  await using tsm = new Tsm();
  for (const name of ["runs", "kept", "gone"]) {
    await tsm.ok("start", "sleep 1000", "--name", name);
  }
  await tsm.ok("save");
  await tsm.ok("stop", "--keep", "kept");
  await tsm.ok("stop", "gone");
  const { pid } = (await tsm.list())["runs"]!;
  Deno.kill(tsm.supervisorPid(), "SIGKILL");
  // As when somebody cleared the directory away: nobody asked for that.
  Deno.kill(pid!, "SIGKILL");
  Deno.removeSync(tsm.path("runtime", "processes", "runs"), { recursive: true });
  {
    await using _ = foreground(tsm, "--resurrect");
    await until(
      "the process to be back",
      async () => (await tsm.list())["runs"]?.status === "online",
    );
    const listed = await tsm.list();
    assertEquals(Object.keys(listed).sort(), ["kept", "runs"]);
    assertEquals(listed["kept"]!.status, "stopped");
  }
  // One that left in peace is another matter: the saved list holds again.
  await using _ = foreground(tsm, "--resurrect");
  await until(
    "all to be back",
    async () =>
      Object.values(await tsm.list()).filter(({ status }) => status === "online").length === 3,
  );
});

Deno.test("after a reboot everything comes back as it was, by hand or by the supervisor", async () => {
  const unshare = ["--pid", "--fork", "--mount-proc"];
  const isPermitted = await new Deno.Command("unshare", { args: [...unshare, "true"] }).output()
    .then(({ success }) => success, () => false);
  if (!isPermitted) {
    console.log("skipped: 'unshare --pid' is not permitted here, so nothing can be rebooted");
    return;
  }
  await using tsm = new Tsm();
  /** Boots a machine, runs a script of tsm commands in it, and cuts its power. */
  const boot = async (script: string): Promise<Result> => {
    const words = tsmCommand().map((word) => `'${word}'`).join(" ");
    const output = await new Deno.Command("unshare", {
      args: [...unshare, "sh", "-c", `tsm() { ${words} "$@" </dev/null; }\n${script}`],
      cwd: tsm.work,
      env: { TSM_ROOT: tsm.root },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
  };
  const set = await boot(`
    tsm start 'sleep 1000' --name a --env COLOUR=blue && tsm start 'sleep 1000' --name b &&
    tsm start 'sleep 1000' --name rests && tsm stop --keep rests && tsm save && tsm restart a`);
  assertEquals(set.code, 0, set.stderr);

  const first = await boot(
    "tsm ping >/dev/null; tsm start true --name starter >/dev/null 2>&1\n" +
      "tsm ls --json && tsm resurrect --json && tsm resurrect --json && tsm ls --json",
  );
  assertEquals(first.code, 0, first.stderr);
  const [before, report, again, after] = first.stdout.trim().split(/\n(?=[[{]$)/m)
    .map((text) => JSON.parse(text));
  type Listed = { name: string; status: string; reason?: string; tsm_id: number };
  const states = (list: Listed[]) =>
    Object.fromEntries(
      list.filter(({ name }) => name !== "starter").map(({ name, status, reason }) => [
        name,
        reason === "reboot" ? "reboot" : status,
      ]),
    );
  assertEquals(states(before), { a: "reboot", b: "reboot", rests: "stopped" });
  assertEquals(report.resurrected.map(({ name }: Listed) => name), ["a", "b"]);
  assertEquals(report.stopped, ["rests"]);
  assertEquals(again.running.sort(), ["a", "b"]);
  assertEquals(states(after), { a: "online", b: "online", rests: "stopped" });

  const second = await boot(`tsm supervisor --resurrect 2>&1 &
    for i in 1 2 3 4 5 6 7 8 9 10; do
      [ "$(tsm ls 2>/dev/null | grep -c online)" = 2 ] && break
      sleep 0.2
    done >/dev/null
    tsm ls --json > listed`);
  assertEquals(second.code, 0, second.stderr);
  const listed = JSON.parse(Deno.readTextFileSync(`${tsm.work}/listed`));
  assertEquals(states(listed), { a: "online", b: "online", rests: "stopped" });
});

Deno.test("defaults that were set hold for new processes, and flags override them", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "before");
  await tsm.ok("set", "default.kill_timeout", "9s");
  await tsm.ok("set", "default.namespace", "shop");
  await tsm.ok("set", "default.stop_exit_codes", "0,3");
  await tsm.ok("start", "sleep 1000", "--name", "after");
  await tsm.ok("start", "sleep 1000", "--name", "other", "--namespace", "own");
  const spec = (name: string) => JSON.parse(tsm.read("runtime", "processes", name, "spec.json"));
  assertEquals(spec("before").kill_timeout, undefined);
  assertEquals(
    [spec("after").kill_timeout, spec("after").namespace, spec("after").stop_exit_codes],
    [9000, "shop", [0, 3]],
  );
  assertEquals([spec("other").kill_timeout, spec("other").namespace], [9000, "own"]);
  assertEquals(await tsm.ok("get", "default.kill_timeout"), "9s\n");
  await tsm.ok("unset", "default.kill_timeout");
  assertEquals(await tsm.ok("get", "default.kill_timeout", "--json"), "5000\n");
});

Deno.test("settings nobody knows are refused with the nearest one", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(64, "set", "save.atuo", "on"), "did you mean save.auto?");
  assertStringIncludes(
    await tsm.fails(64, "get", "kill_timeout"),
    "did you mean default.kill_timeout?",
  );
  assertStringIncludes(await tsm.fails(64, "unset", "x"), "there is no such setting");
  await tsm.fails(64, "set", "default.autorestart", "often");
  await tsm.fails(64, "set", "save.auto");
  assertMatch(await tsm.ok("get", "--help"), /save\.auto +switch +off +save the list/);
});

Deno.test("startup prints a unit that can be stored as it is, and the command for it", async () => {
  await using tsm = new Tsm();
  const unit = await tsm.ok("startup", "systemd", "--name", "tsm-x");
  assertStringIncludes(unit, `WorkingDirectory=${tsm.root}`);
  assertMatch(unit, /ExecStart=.* supervisor --here --resurrect\n/);
  assertMatch(unit, /\n# .*sh -c .*startup systemd .*systemctl enable --now tsm-x\.service'\n$/);
  assertStringIncludes(await tsm.ok("unstartup", "systemd"), "systemctl disable --now tsm");
  const openrc = await tsm.ok("startup", "openrc", "--quiet");
  assertMatch(openrc, /^#!\/sbin\/openrc-run\n/);
  await tsm.fails(66, "startup", "systemd", "--user", "nobody-of-that-name");
  assertStringIncludes(await tsm.fails(64, "startup", "upstart"), "openrc, systemd");
});

Deno.test("the unit's own words run a supervisor in an environment as bare as systemd's", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a", "--env", "COLOUR=blue");
  const environment = await tsm.ok("env", "a", "--json");
  await tsm.ok("save");
  await tsm.ok("stop", "a");
  await tsm.ok("shutdown");
  const unit = await tsm.ok("startup", "systemd");
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(unit)![1]!;
  const [program, ...args] = value("ExecStart").split(" ");
  const child = new Deno.Command(program!, {
    args,
    cwd: value("WorkingDirectory"),
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: Deno.env.get("HOME") ?? "/root",
      TSM_ROOT: tsm.root,
    },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the process to be back", async () => (await tsm.list())["a"]?.status === "online");
  assertEquals(await tsm.ok("env", "a", "--json"), environment);
  const { pid } = (await tsm.list())["a"]!;
  // As 'systemctl stop' does with KillMode=process.
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  assert(isRunning(pid!));
});

Deno.test("the command that installs a unit writes the same unit", async () => {
  await using tsm = new Tsm();
  const { unit, install, path } = JSON.parse(await tsm.ok("startup", "openrc", "--json"));
  // Installed where we may write, and with what it would tell OpenRC left out.
  const target = `${tsm.work}/unit`;
  const script = (install as string).replace(path, target).replace(/ && chmod .*$/, "'");
  const output = await new Deno.Command("sh", { args: ["-c", script.replace(/^sudo /, "")] })
    .output();
  assertEquals(output.code, 0, new TextDecoder().decode(output.stderr));
  assertEquals(Deno.readTextFileSync(target), unit);
});
