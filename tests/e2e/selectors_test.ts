import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { freePort, Tsm, tsmCommand, until, withoutWaits } from "./harness.ts";
import { Terminal } from "./terminal.ts";

Deno.test("what a user has named is meant rather than a namespace; a change is refused", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const shop = `shop-${port}`;
  await tsm.ok("start", "sleep 1000", "--name", "shop", "--port", String(port));
  await tsm.ok("start", "sleep 1000", "--name", "worker", "--namespace", "shop");
  assertStringIncludes(await tsm.ok("env", "shop"), `TSM_NAME=${shop}\n`);
  assertStringIncludes(
    await tsm.fails(64, "stop", "shop"),
    `Cannot stop 'shop': it is the name of ${shop}, and the namespace of worker; ` +
      "give the ids: 1 for the name, 2 for the namespace",
  );
  assertEquals(Object.keys(await tsm.list()), [shop, "worker"]);
  assertEquals(await tsm.ok("stop", "1"), `Stopped and removed ${shop}\n`);
  // Where nothing is called so any more, the namespace is meant.
  assertEquals(await tsm.ok("stop", "shop"), "Stopped and removed worker\n");
});

Deno.test("on a terminal 'stop all' and 'delete all' ask where logs of several would go", async () => {
  await using tsm = new Tsm();
  for (const name of ["a", "b"]) {
    await tsm.ok("start", "echo hello; sleep 1000", "--name", name);
    await until("its output", () => tsm.read(`runtime/processes/${name}/current.out`) !== "");
  }
  await using terminal = await Terminal.openShell(tsm, 100, 30);
  await terminal.enter("tsm stop all; echo code=$?");
  await terminal.shows("This removes 2 processes with their logs: a, b");
  await terminal.enter("n");
  await terminal.shows("code=1");
  assertEquals(Object.keys(await tsm.list()), ["a", "b"]);
  await terminal.enter("tsm delete all; echo second=$?");
  await terminal.shows(/Remove them\?[^]*Remove them\?/);
  await terminal.enter("yes");
  await terminal.shows("second=0");
  assertEquals(await tsm.list(), {});

  // One alone is no surprise, and --yes answers beforehand; a script is never asked.
  for (const name of ["c", "d"]) {
    await tsm.ok("start", "echo hello; sleep 1000", "--name", name);
    await until("its output", () => tsm.read(`runtime/processes/${name}/current.out`) !== "");
  }
  await terminal.enter("tsm stop all --yes; echo third=$?");
  await terminal.shows("third=0");
  await tsm.ok("start", "echo hello; sleep 1000", "--name", "e");
  await until("its output", () => tsm.read("runtime/processes/e/current.out") !== "");
  await terminal.enter("tsm stop all; echo fourth=$?");
  await terminal.shows("fourth=0");
});

Deno.test("a file whose processes run says how the code on the disk comes in", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", '{ "processes": { "a": { "command": "sleep 1000" } } }');
  await tsm.ok("start", "tsm.jsonc");
  assertStringIncludes(
    await tsm.ok("start", "tsm.jsonc"),
    "Already running: a; 'tsm reload tsm.jsonc' brings the code on disk in, " +
      "'tsm apply tsm.jsonc' restarts what has changed in the file",
  );
});

/** A PM2 file of two apps, one of them twice, and what stands in it of `env_production`. */
const ECOSYSTEM = `module.exports = { apps: [
  { name: "api", script: "sleep 1000", instances: 2, env: { STAGE: "dev" },
    env_production: { STAGE: "production" } },
  { name: "worker", script: "sleep 1000" },
] };
`;

Deno.test("a file means its processes, to whatever takes processes", async () => {
  await using tsm = new Tsm();
  tsm.write("ecosystem.config.js", ECOSYSTEM);
  tsm.write("Procfile", "web: sleep 1000\n");
  await tsm.ok("start", "sleep 1000", "--name", "other");
  assertStringIncludes(
    await tsm.fails(66, "stop", "ecosystem.config.js"),
    "Cannot stop 'ecosystem.config.js': none of its processes is listed; " +
      "'tsm start ecosystem.config.js' starts them",
  );
  await tsm.ok("start", "ecosystem.config.js");
  await tsm.ok("start", "Procfile");
  const described = JSON.parse(await tsm.ok("describe", "ecosystem.config.js", "--json"));
  assertEquals(described.map(({ name }: { name: string }) => name), ["api-0", "api-1", "worker"]);
  assertEquals(await tsm.ok("logs", "--no-follow", "ecosystem.config.js"), "");
  assertEquals(
    await tsm.ok("stop", "--keep", "ecosystem.config.js"),
    "Stopped api-0\nStopped api-1\nStopped worker\n",
  );
  assertMatch(
    await tsm.ok("restart", "Procfile"),
    /^Restarted web \(id 5, pid \d+\)\n$/,
  );
  await tsm.ok("delete", "ecosystem.config.js", "Procfile");
  assertEquals(Object.keys(await tsm.list()), ["other"]);
});

Deno.test("restart and reload of a file bring it in as it is now, as PM2's deploy lines do", async () => {
  await using tsm = new Tsm();
  tsm.write("ecosystem.config.js", ECOSYSTEM);
  const stageOf = async (name: string) => /^STAGE=(.*)$/m.exec(await tsm.ok("env", name))?.[1];
  const said = await tsm.ok("startOrRestart", "ecosystem.config.js", "--env", "production");
  assertMatch(said, /^Started api-0 .*\nStarted api-1 .*\nStarted worker .*\n$/);
  assertEquals(await stageOf("api-0"), "production");
  const before = await tsm.list();
  const reloaded = await tsm.ok("reload", "ecosystem.config.js", "--env", "production");
  assertMatch(reloaded, /^Reloaded api-0 .*\nReloaded api-1 .*\nReloaded worker .*\n$/);
  const after = await tsm.list();
  for (const name of Object.keys(before)) {
    assertNotEquals(after[name]!.pid, before[name]!.pid);
    assertEquals(after[name]!.tsm_id, before[name]!.tsm_id);
  }
  await tsm.ok("startOrReload", "ecosystem.config.js");
  assertEquals(await stageOf("api-1"), "dev");
  await tsm.ok("startOrGracefulReload", "ecosystem.config.js", "--env", "production");
  assertEquals(await stageOf("api-1"), "production");
  await tsm.ok("restart", "ecosystem.config.js", "--only", "api");
  assertEquals(await stageOf("api-1"), "dev");
  // What stopped meanwhile is started.
  await tsm.ok("stop", "worker");
  assertMatch(
    await tsm.ok("reload", "ecosystem.config.js", "--only", "worker"),
    /^Started worker /,
  );
  assertStringIncludes(
    await tsm.fails(64, "reload", "api", "--env-name", "production"),
    "Cannot reload 'api' with --env-name: that is for a file that lists processes",
  );
  assertStringIncludes(
    await tsm.fails(66, "reload", "missing.config.js", "--env-name", "production"),
    "Cannot reload 'missing.config.js': there is no such file, and no process of that name",
  );
});

Deno.test("instances that a file does not list run on as before, and are told of", async () => {
  await using tsm = new Tsm();
  const [plain, production] = [freePort(), freePort()].map((port) => ({ PORT: port }));
  const app = { name: "api", script: "sleep", args: "1000", interpreter: "none" };
  const apps = [{ ...app, env: plain, env_production: production }];
  tsm.write("ecosystem.config.js", `module.exports = ${JSON.stringify({ apps })}`);
  await tsm.ok("start", "ecosystem.config.js");
  const { stderr } = await tsm.run(["startOrReload", "ecosystem.config.js", "--env", "production"]);
  assertStringIncludes(
    stderr,
    `tsm: api-${plain!.PORT} runs on as before, since ecosystem.config.js does not list it: ` +
      "'tsm apply ecosystem.config.js --env-name production' stops what is too many\n",
  );
  await tsm.ok("apply", "ecosystem.config.js", "--env-name", "production");
  assertEquals(Object.keys(await tsm.list()), [`api-${production!.PORT}`]);
  const again = await tsm.run(["reload", "ecosystem.config.js", "--env", "production"]);
  assertEquals(withoutWaits(again.stderr), "");
});

Deno.test("jlist and prettylist print what ls --json does", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  const listed = await tsm.ok("ls", "--json");
  assertEquals([await tsm.ok("jlist"), await tsm.ok("prettylist")], [listed, listed]);
});

Deno.test("start takes the selectors that all others take, and says what it passes over", async () => {
  await using tsm = new Tsm();
  // There is a program 'test' on every PATH.
  await tsm.ok("start", "sleep 1000", "--name", "test", "--instances", "2");
  await tsm.ok("start", "sleep 1000", "--name", "other", "--namespace", "true");
  await tsm.ok("stop", "--keep", "all");
  const { stdout, stderr } = await tsm.run(["start", "test"]);
  assertMatch(stdout, /^Started test-0 .*\nStarted test-1 .*\n$/);
  assertMatch(
    stderr,
    /^tsm: 'test' is taken for what is listed, test-0, test-1, and not for \/.*\/test: its path, /,
  );
  assertMatch(await tsm.ok("start", "true"), /^Started other /);
  await tsm.ok("stop", "--keep", "all");
  assertMatch(
    await tsm.ok("start", "other", "test"),
    /^Started test-0 .*\nStarted test-1 .*\nStarted other /,
  );
  await tsm.ok("stop", "--keep", "test-0");
  // Of several, those that are missing are started.
  assertMatch(await tsm.ok("start", "test"), /^Started test-0 .*\ntest-1 runs already; /);
  assertEquals(Object.keys(await tsm.list()), ["test-0", "test-1", "other"]);

  // A beginning of a name gives way to a program of that name.
  await tsm.ok("start", "sleep 1000", "--name", "sleeping");
  await tsm.ok("stop", "--keep", "sleeping");
  assertMatch(await tsm.ok("start", "sleepi"), /^Started sleeping /);
  await tsm.ok("stop", "--keep", "sleeping");
  // The program is started, and ends at once for want of an argument.
  await tsm.run(["start", "sleep"]);
  assertEquals((await tsm.list())["sleeping"]!.status, "stopped");
});

Deno.test("several scripts are refused with both readings, several files are each started", async () => {
  await using tsm = new Tsm();
  for (const name of ["a.sh", "b.sh"]) tsm.write(name, "exec sleep 1000\n");
  assertStringIncludes(
    await tsm.fails(64, "start", "a.sh", "b.sh"),
    "Cannot start 'a.sh b.sh': it could be one process, 'tsm start a.sh -- b.sh', or 2, one " +
      "command each: 'tsm start a.sh', 'tsm start b.sh'",
  );
  assertEquals(await tsm.list(), {});
  tsm.write("a.config.js", 'module.exports = { apps: [{ name: "a", script: "sleep 1000" }] };');
  tsm.write("b.json", '{ "apps": [{ "name": "b", "script": "sleep 1000" }] }');
  assertMatch(
    await tsm.ok("start", "a.config.js", "b.json"),
    /^Started a .*\nStarted b .*\n$/,
  );
  assertStringIncludes(
    await tsm.fails(64, "start", "a.config.js", "a.sh"),
    "'a.config.js' lists processes and 'a.sh' does not; one command each",
  );
  assertMatch(await tsm.ok("start", "a.sh", "--name", "c", "--", "b.sh"), /^Started c /);
  assertMatch((await tsm.list())["c"]!.command, /a\.sh b\.sh/);
});

Deno.test("flags of PM2's start and logs are taken, or say what does the same", async () => {
  await using tsm = new Tsm();
  const { stdout, stderr } = await tsm.run([
    ...["start", "sleep 1000", "--name", "a", "-i", "2", "-o", "out.log", "--time"],
    ...["--max-memory-restart", "300M", "--exp-backoff-restart-delay=100", "--no-vizion"],
  ]);
  assertMatch(stdout, /^Started a-0 .*\nStarted a-1 .*\n$/);
  assertStringIncludes(stderr, "tsm: PM2's --time is ignored: ");
  assertStringIncludes(stderr, "'tsm logs --time");
  const spec = JSON.parse(tsm.read("runtime/processes/a-0/spec.json"));
  assertEquals([spec.max_memory, spec.exp_backoff], [300 * 1024 * 1024, 100]);
  assertEquals(spec.argv, ["sleep", "1000"]);
  for (const instance of [0, 1]) {
    const env = await tsm.ok("env", `a-${instance}`);
    assertStringIncludes(env, `NODE_APP_INSTANCE=${instance}\n`);
  }
  assertEquals(spec.log_links.out, `${tsm.work}/out.log`);
  assertEquals(await tsm.ok("logs", "a", "--nostream"), "");
  for (const all of ["max", "0", "-1"]) {
    await tsm.ok("start", "sleep 1000", "--name", "b", "-i", all);
    const cpus = navigator.hardwareConcurrency;
    const wanted = all === "-1" ? Math.max(1, cpus - 1) : cpus;
    const started = Object.keys(await tsm.list()).filter((name) => name.startsWith("b"));
    assertEquals(started.length, wanted, all);
    await tsm.ok("stop", "/^b/");
  }
  const late = ["start", "sleep 1000", "--name", "late", "--wait-ready", "--listen-timeout", "100"];
  assertStringIncludes(await tsm.fails(1, ...late), "Cannot call 'late' ready after 0.1 s");
  const { wait_ready } = JSON.parse(tsm.read("runtime/processes/late/spec.json"));
  assertEquals(wait_ready, "message");
  assertStringIncludes(
    await tsm.fails(64, "start", "sleep 1000", "--name", "c", "--env", "production"),
    "PM2's --env chooses an environment of a file that lists processes",
  );
  assertStringIncludes(
    await tsm.fails(64, "start", "c.js", "--node-args", "--inspect"),
    "Cannot run 'tsm start' with PM2's --node-args: give --interpreter 'node ARGUMENTS'",
  );
});

Deno.test("a file comes from standard input, and from the pm2 key of a package.json", async () => {
  await using tsm = new Tsm();
  const command = tsm.command(["start", "-"], { stdin: "piped" });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode('{ "apps": [{ "name": "a", "script": "sleep 1000" }] }'),
  );
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  assertMatch(text(stdout), /^Started a /);
  assertEquals((await tsm.list())["a"]!.cwd, tsm.work);
  tsm.write(
    "package.json",
    '{ "name": "shop", "scripts": {}, "pm2": [{ "name": "b", "script": "sleep 1000" }] }',
  );
  assertMatch(await tsm.ok("start", "package.json"), /^Started b /);
});

Deno.test("an id is not given again while others are listed, by the next supervisor neither", async () => {
  await using tsm = new Tsm();
  const start = (name: string) => tsm.ok("start", "sleep 1000", "--name", name);
  const idOf = async (name: string) => (await tsm.list())[name]?.tsm_id;
  for (const name of ["a", "b"]) await start(name);
  await tsm.ok("stop", "a");
  await start("c");
  assertEquals(await idOf("c"), 3);
  assertStringIncludes(await tsm.fails(66, "stop", "1"), "Cannot stop '1': no such process");
  await tsm.killSupervisor();
  await start("d");
  assertEquals(await idOf("d"), 4);
  await tsm.ok("stop", "all");
  await start("e");
  assertEquals(await idOf("e"), 1, "the list has been empty");
  // After a day it comes back.
  await start("f");
  await tsm.ok("stop", "e");
  const path = tsm.path("runtime/released-ids.json");
  const released = JSON.parse(Deno.readTextFileSync(path));
  assertEquals(Object.keys(released), ["1"]);
  await tsm.ok("shutdown", "--keep-processes");
  Deno.writeTextFileSync(path, JSON.stringify({ 1: released["1"] - 86_401 }));
  await start("g");
  assertEquals(await idOf("g"), 1);
});

Deno.test("of a process that was removed it is said when, and what starts it anew", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  await tsm.ok(
    ...["start", "sleep 1000", "--name", "api", "--port", String(port), "--max-memory", "300M"],
    ...["--restart-delay", "2s"],
  );
  await tsm.ok("stop", "api");
  const line = `tsm start 'sleep 1000' --name api --port ${port} --cwd ${tsm.work} ` +
    "--restart-delay 2s --max-memory 300M";
  for (const command of ["start", "restart", "reload", "describe", "stop"]) {
    const said = await tsm.fails(66, command, "api");
    assertMatch(said, new RegExp(`'api-${port}' was removed \\d+ s ago: `), command);
    assertStringIncludes(said, `: ${line} starts it anew, 'tsm stop --keep api' would have kept`);
  }
  // What is said is what may be typed.
  const typed = tsm.shell('shift $(($# - 1)); eval "$1"', [
    line.replace(/^tsm/, tsmCommand().join(" ")),
  ]);
  assertEquals((await typed.output()).code, 0);
  assertEquals(Object.keys(await tsm.list()), [`api-${port}`]);
  tsm.write("tsm.jsonc", '{ "processes": { "web": "sleep 1000" } }');
  await tsm.ok("start", "tsm.jsonc");
  await tsm.ok("stop", "web");
  assertStringIncludes(
    await tsm.fails(66, "restart", "web"),
    `: tsm start ${tsm.work}/tsm.jsonc --only web starts it anew`,
  );
});
