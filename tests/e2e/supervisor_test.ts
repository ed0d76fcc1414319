import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeSupervisorFile } from "../../src/api/supervisor_file.ts";
import { tryLockSupervisor } from "../../src/api/supervisor_lock.ts";
import { ensureRoot, runtimeRoot } from "../../src/root.ts";
import { VERSION } from "../../src/version.ts";
import { isRunning, Tsm, until, withoutWaits } from "./harness.ts";
import { Terminal } from "./terminal.ts";

/** Asks a foreground supervisor to leave, which it must do in peace. */
async function leaves(supervisor: Deno.ChildProcess): Promise<void> {
  supervisor.kill("SIGTERM");
  assertEquals((await supervisor.status).code, 0);
  await ignoreOutput(supervisor);
}

async function ignoreOutput({ stdout, stderr }: Deno.ChildProcess): Promise<void> {
  await stdout.cancel();
  await stderr.cancel();
}

Deno.test("two starts at once on an empty root end with one supervisor and both processes", async () => {
  await using tsm = new Tsm();
  await Promise.all([
    tsm.ok("start", "sleep 1000", "--name", "one"),
    tsm.ok("start", "sleep 1000", "--name", "two"),
  ]);
  const list = await tsm.list();
  assertEquals(Object.keys(list).sort(), ["one", "two"]);
  assertEquals(new Set(Object.values(list).map(({ tsm_id }) => tsm_id)), new Set([1, 2]));
  const log = tsm.read("runtime/supervisor.log");
  assertEquals(log.match(/ supervises /g)?.length, 1, log);
});

Deno.test("a supervisor killed with -9 is replaced, and its processes never notice", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"]!;
  await tsm.killSupervisor();
  const listed = await tsm.run(["ls", "--json"]);
  assertEquals(JSON.parse(listed.stdout), [before]);
  assertStringIncludes(listed.stderr, "no supervisor is running");
  await tsm.ok("start", "sleep 1000", "--name", "y");
  assertEquals((await tsm.list())["x"], before);
  Deno.kill(before.pid!, "SIGKILL");
  await until("a restart of the adopted one", async () => {
    const { x } = await tsm.list();
    return x?.status === "online" && x.pid !== before.pid && x.restarts === 1;
  });
});

Deno.test("without a supervisor, ls shows what should run and does not as dead", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { pid } = (await tsm.list())["x"]!;
  await tsm.ok("shutdown", "--keep-processes");
  assert(isRunning(pid!));
  Deno.kill(pid!, "SIGKILL");
  await until("its death", () => !isRunning(pid!));
  assertEquals((await tsm.list())["x"]?.status, "dead");
  assertMatch(await tsm.ok("ls"), /^1 {3}x +- +- +dead /m);
  assertEquals(JSON.parse(await tsm.ok("describe", "x", "--json")).status, "dead");
  await tsm.ok("start", "sleep 1000", "--name", "y");
  const x = await until("a restart", async () => {
    const { x } = await tsm.list();
    return x?.status === "online" ? x : undefined;
  });
  assertEquals(x.restarts, 1);
  assertStringIncludes(tsm.read("db/history/x.jsonl"), `"reason":"found dead"`);
});

Deno.test("a pid that belongs to somebody else by now is left alone", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.ok("shutdown", "--keep-processes");
  const path = tsm.path("runtime/processes/x/meta.json");
  const meta = JSON.parse(Deno.readTextFileSync(path));
  const stranger = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  Deno.writeTextFileSync(path, JSON.stringify({ ...meta, pid: stranger.pid }));
  try {
    assertEquals((await tsm.list())["x"]?.status, "dead");
    await tsm.ok("stop", "x");
    assert(isRunning(stranger.pid));
  } finally {
    stranger.kill("SIGKILL");
    await stranger.status;
  }
});

Deno.test("SIGTERM ends the supervisor and leaves its processes running", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { pid } = (await tsm.list())["x"]!;
  const supervisor = tsm.supervisorPid();
  Deno.kill(supervisor, "SIGTERM");
  await until("its end", () => !isRunning(supervisor));
  assert(isRunning(pid!));
  assertEquals((await tsm.fails(69, "ping")).includes("no supervisor runs"), true);
});

Deno.test("shutdown stops all processes, keeps them listed, and ends the supervisor", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const { pid } = (await tsm.list())["x"]!;
  const supervisor = tsm.supervisorPid();
  assertMatch(await tsm.ok("kill"), /Stopped x\nThe supervisor \(pid \d+\) has left/);
  assert(!isRunning(pid!));
  await until("the end of the supervisor", () => !isRunning(supervisor));
  const { x } = await tsm.list();
  assertEquals([x?.status, x?.pid, x?.start_time], ["stopped", null, null]);
  assertStringIncludes(await tsm.ok("shutdown"), "No supervisor runs");
  await tsm.ok("start", "x");
  assertEquals((await tsm.list())["x"]?.status, "online");
});

Deno.test("a foreground supervisor takes over from one in the background", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"];
  const background = tsm.supervisorPid();
  await using child = tsm.command(["supervisor"]).spawn();
  const foreground = await until("its take-over", () => {
    try {
      const pid = tsm.supervisorPid();
      return pid === background ? undefined : pid;
    } catch {
      return undefined;
    }
  });
  assertEquals((await tsm.list())["x"], before);
  const second = await tsm.run(["supervisor"]);
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "already runs in the foreground");
  await leaves(child);
  assert(!isRunning(foreground) && isRunning(before!.pid!));
});

Deno.test("a foreground supervisor whose command line was killed is replaced by the next one", async () => {
  await using tsm = new Tsm();
  await using first = tsm.command(["supervisor"]).spawn();
  const left = await until("the supervisor in the foreground", async () => {
    const { code, stdout } = await tsm.run(["ping", "--json"]);
    return code === 0 && JSON.parse(stdout).foreground ? JSON.parse(stdout).pid as number : 0;
  });
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"];
  first.kill("SIGKILL");
  await first.status;
  await using second = tsm.command(["supervisor"]).spawn();
  await until("the end of the one left alone", () => !isRunning(left));
  await until("the next one", () => tsm.run(["ping"]).then(({ code }) => code === 0));
  assertEquals((await tsm.list())["x"], before);
  await leaves(second);
  await ignoreOutput(first);
});

Deno.test("one whose command line was killed before it had come up is replaced as well", async () => {
  await using tsm = new Tsm();
  await using first = tsm.command(["supervisor"]).spawn();
  const entering = await until("its beginning", () => {
    return Number(Deno.readTextFileSync(`/proc/${first.pid}/task/${first.pid}/children`));
  });
  Deno.kill(entering, "SIGSTOP");
  first.kill("SIGKILL");
  await first.status;
  Deno.kill(entering, "SIGCONT");
  const ping = async () => JSON.parse((await tsm.run(["ping", "--json"])).stdout || "{}");
  await until("the supervisor left alone", async () => (await ping()).foreground === false);
  await using second = tsm.command(["supervisor"]).spawn();
  await until("the next one", async () => (await ping()).foreground);
  await leaves(second);
  await ignoreOutput(first);
});

Deno.test("a foreground supervisor asks whoever was faster to leave as well", async () => {
  await using tsm = new Tsm();
  const root = runtimeRoot(tsm.root);
  ensureRoot(root);
  // Two in the background, one after the other; this test is both of them.
  using lock = tryLockSupervisor(root)!;
  const present = [Deno.pid, Deno.ppid];
  const token = "0".repeat(64);
  const shown = { version: VERSION, started: 0 };
  const show = (port: number) =>
    writeSupervisorFile(root, { pid: present[0]!, port, token, ...shown });
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const pid = present[0]!;
    if (!url.endsWith("/shutdown")) {
      return Response.json({ pid, ...shown, foreground: false, processes: 0 });
    }
    present.shift();
    if (present.length > 0) show(server.addr.port);
    else lock.unlockSync();
    return Response.json({ pid, stopped: [], failed: [] });
  });
  show(server.addr.port);
  await using child = tsm.command(["supervisor"]).spawn();
  await until("its take-over", () => present.length === 0 && tsm.supervisorPid() !== Deno.ppid);
  await leaves(child);
});

Deno.test("ping says what to do where the supervisor is there and does not answer", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const supervisor = tsm.supervisorPid();
  Deno.kill(supervisor, "SIGSTOP");
  try {
    assertMatch(
      await tsm.fails(69, "ping"),
      /the supervisor \(pid \d+\) has not answered for 5 s; 'kill -9 \d+' ends it alone/,
    );
  } finally {
    Deno.kill(supervisor, "SIGCONT");
  }
});

Deno.test("every command says whom it waits for where the supervisor is stopped, and ends", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const supervisor = tsm.supervisorPid();
  Deno.kill(supervisor, "SIGSTOP");
  const waiting = `tsm: waiting for the supervisor (pid ${supervisor}), which does not answer …`;
  try {
    const commands = [
      ["start", "sleep 1000", "--name", "y"],
      ["restart", "x"],
      ["stop", "x"],
      ["describe", "x"],
      ["ls", "-l"],
      ["logs", "rotate", "x"],
      ["set", "save.auto", "true"],
      ["patrol"],
      ["shutdown"],
    ];
    await Promise.all(commands.map(async (words) => {
      const { code, stderr } = await tsm.run([...words, "--timeout", "5s"]);
      const what = `${words.join(" ")}: ${stderr}`;
      assertEquals(code, 1, what);
      assertEquals(stderr.split(waiting).length, 2, what);
      assertMatch(stderr, /has not answered for [\d.]+ s: .*'kill -CONT \d+' has it go on/, what);
    }));
    await using terminal = await Terminal.openShell(tsm, 120, 20);
    await terminal.enter("tsm restart x --timeout 5s; echo code $?");
    await terminal.shows(/waiting for the supervisor \(pid \d+\)[^]*code 1/);
  } finally {
    Deno.kill(supervisor, "SIGCONT");
  }
});

Deno.test("several commands may shut the supervisor down at once, and each succeeds", async () => {
  await using tsm = new Tsm();
  const stubborn = "sh -c 'trap \"sleep 0.3; exit\" TERM; while :; do sleep 0.05; done'";
  for (const name of ["a", "b"]) await tsm.ok("start", stubborn, "--name", name);
  const supervisor = tsm.supervisorPid();
  const results = await Promise.all(Array.from({ length: 5 }, () => tsm.run(["shutdown"])));
  for (const { code, stderr } of results) assertEquals([code, withoutWaits(stderr)], [0, ""]);
  await until("its end", () => !isRunning(supervisor));
  for (const { status, stopped_by } of Object.values(await tsm.list())) {
    assertEquals([status, stopped_by], ["stopped", "request"]);
  }
});

Deno.test("a shutdown whose connection breaks because the supervisor is leaving succeeds", async () => {
  await using tsm = new Tsm();
  const root = runtimeRoot(tsm.root);
  ensureRoot(root);
  // This test is the supervisor: it breaks the connection and leaves.
  using lock = tryLockSupervisor(root)!;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const shown = { version: VERSION, started: 0, token: "0".repeat(64) };
  writeSupervisorFile(root, { pid: Deno.pid, port, ...shown });
  const leaving = listener.accept().then((connection) => {
    listener.close();
    connection.close();
    lock.unlockSync();
  });
  const { code, stdout, stderr } = await tsm.run(["shutdown"]);
  await leaving;
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, `The supervisor (pid ${Deno.pid}) has left`);
});

Deno.test("a client of another version replaces the supervisor and says so", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const before = (await tsm.list())["x"];
  const old = tsm.supervisorPid();
  const path = tsm.path("runtime/supervisor.json");
  const address = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...address, version: "0.0.1" }));
  const result = await tsm.run(["start", "sleep 1000", "--name", "y"]);
  assertEquals(result.code, 0, result.stderr);
  assertMatch(result.stderr, /replacing the supervisor of version 0\.0\.1 by/);
  assert(tsm.supervisorPid() !== old);
  await until("the end of the old one", () => !isRunning(old));
  assertEquals((await tsm.list())["x"], before);
});

Deno.test("proxies and DENO_* variables lead neither the client nor the supervisor astray", async () => {
  await using tsm = new Tsm();
  const env = {
    http_proxy: "http://127.0.0.1:9/",
    HTTP_PROXY: "http://127.0.0.1:9/",
    all_proxy: "http://127.0.0.1:9/",
    DENO_SERVE_ADDRESS: "tcp:127.0.0.1:9",
  };
  const started = await tsm.run(["start", "env; sleep 1000", "--name", "x"], { env });
  assertEquals(started.code, 0, started.stderr);
  const pinged = await tsm.run(["ping"], { env });
  assertMatch(pinged.stdout, /^pong: tsm /);
  // What is kept from the supervisor is not kept from its processes.
  await until(
    "its environment",
    () => tsm.read("runtime/processes/x/current.out").includes("http_proxy=http://127.0.0.1:9/"),
  );
});

Deno.test("a root that is somebody else's, or no root at all, is refused", async () => {
  await using tsm = new Tsm();
  tsm.write("letter.txt", "private\n");
  const mode = Deno.statSync(tsm.work).mode;
  const said = await tsm.fails(64, "start", "sleep 9", "--root", tsm.work);
  assertStringIncludes(said, "it is not empty and holds no 'runtime' directory");
  assertEquals([...Deno.readDirSync(tsm.work)].map(({ name }) => name), ["letter.txt"]);
  assertEquals(Deno.statSync(tsm.work).mode, mode);
  const homeless = await tsm.run(["ls"], { env: { TSM_ROOT: "", HOME: "" } });
  assertEquals(homeless.code, 64);
  assertStringIncludes(homeless.stderr, "pass --root DIR");
});

Deno.test("a root behind a symlink works, and is 0700", async () => {
  await using tsm = new Tsm();
  const real = `${tsm.work}/real`;
  Deno.mkdirSync(real, { mode: 0o755 });
  Deno.symlinkSync(real, `${tsm.work}/link`);
  const root = ["--root", `${tsm.work}/link`];
  try {
    await tsm.ok("start", "sleep 1000", "--name", "x", ...root);
    assertMatch(await tsm.ok("ls", ...root), / x +\d+ +- +online /);
    assertEquals(Deno.statSync(real).mode! & 0o777, 0o700);
  } finally {
    await tsm.ok("shutdown", ...root);
  }
});
