import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort, isRunning, Tsm, until } from "./harness.ts";
import { testNeeding } from "../test_needing.ts";

/** The pids of what is listed, by name. */
async function pidsOf(tsm: Tsm): Promise<Readonly<Record<string, number | null>>> {
  return Object.fromEntries(Object.values(await tsm.list()).map(({ name, pid }) => [name, pid]));
}

/** What a process has printed. */
function output(tsm: Tsm, name: string): string {
  return tsm.read("runtime/processes", name, "current.out");
}

const SHOW = `echo "$A $B $C $PORT $TSM_INSTANCE $(pwd)"; exec sleep 1000`;

Deno.test("start runs what a file lists: comments, paths, env_file, env, variables and instances", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/sub`);
  tsm.write("sub/local.env", "A=file\nB=file\n");
  tsm.write(
    "tsm.jsonc",
    `{
      // What all have in common.
      "defaults": { "namespace": "shop", "env": { "C": "\${FROM_SHELL}" } },
      "processes": {
        "show": { "command": ${JSON.stringify(SHOW)}, "cwd": "sub", "env_file": "sub/local.env",
          "env": { "B": 2 }, "port": 4610, "instances": 2, "increment": 5, },
        "plain": ["sleep", "1000"], /* words */
      },
    }`,
  );
  // From another directory: paths begin at the file's.
  const result = await tsm.run(["start", "../tsm.jsonc"], {
    cwd: `${tsm.work}/sub`,
    env: { FROM_SHELL: "shell" },
  });
  assertEquals(result.code, 0, result.stderr);
  assertEquals(Object.keys(await tsm.list()).sort(), ["plain", "show-4610", "show-4615"]);
  for (const [instance, port] of [4610, 4615].entries()) {
    const line = `file 2 shell ${port} ${instance} ${tsm.work}/sub\n`;
    await until(line, () => output(tsm, `show-${port}`) === line);
    const { NODE_APP_INSTANCE } = JSON.parse(await tsm.ok("env", `show-${port}`, "--json"));
    assertEquals(NODE_APP_INSTANCE, String(instance));
  }
  assertStringIncludes(await tsm.ok("stop", "shop"), "show-4615");
});

Deno.test("start takes only what is named and what it depends on, in a named environment", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    `{ "processes": {
      "api": { "command": "echo $A; exec sleep 1000", "depends_on": ["db"], "env": { "A": "plain" },
        "environments": { "production": { "A": "production" } } },
      "db": "sleep 1000", "other": "sleep 1000" } }`,
  );
  assertMatch(
    await tsm.fails(66, "start", "tsm.jsonc", "--only", "apo"),
    /has no such process; did you mean 'api'/,
  );
  assertMatch(
    await tsm.fails(64, "start", "tsm.jsonc", "--env-name", "prodcution"),
    /did you mean 'production'/,
  );
  await tsm.ok("start", "tsm.jsonc", "--only", "api", "--env-name", "production");
  assertEquals(Object.keys(await tsm.list()).sort(), ["api", "db"]);
  await until("its variable", () => output(tsm, "api") === "production\n");
});

Deno.test("a file with mistakes starts nothing, and all of them are told with their places", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    `{ "processes": {\n  "a": "sleep 1000",\n  "b": { "command": "no-such-program", "prot": 1 },\n` +
      `  "c": { "command": "sleep 1", "cwd": "nowhere", "kill_timeout": 5 } } }`,
  );
  for (const command of ["start", "apply"]) {
    const said = await tsm.fails(64, command, "tsm.jsonc");
    assertMatch(said, /^tsm: Cannot (start|apply) 'tsm.jsonc': 2 things are wrong with it\n/);
    assertStringIncludes(said, `tsm.jsonc:3:40: there is no setting "prot"; did you mean 'port'?`);
    assertStringIncludes(said, "tsm.jsonc:4:66: expected a duration");
  }
  tsm.write(
    "tsm.jsonc",
    `{ "processes": { "a": "no-such-program",\n "b": { "command": "sleep 1", "cwd": "nowhere" },\n` +
      ` "c": { "command": "sleep 1", "env_file": "none.env", "cron_restart": "soon" } } }`,
  );
  const said = await tsm.fails(64, "validate");
  assertMatch(said, /tsm.jsonc:1:23: 'no-such-program' is neither a program on its PATH/);
  assertMatch(said, /tsm.jsonc:2:38: the working directory '.*nowhere' does not exist/);
  assertMatch(said, /tsm.jsonc:3:43: the env file '.*none.env' does not exist/);
  assertMatch(said, /tsm.jsonc:3:71: /);
  const { stdout } = await tsm.run(["validate", "--json"]);
  const told = JSON.parse(stdout).map((one: Record<string, unknown>) => [one["line"], one["path"]]);
  assertEquals(told, [
    [1, "processes.a"],
    [2, "processes.b.cwd"],
    [3, "processes.c.env_file"],
    [3, "processes.c.cron_restart"],
  ]);
  assertEquals(await tsm.list(), {});
  assertMatch(await tsm.fails(66, "validate", "none.jsonc"), /there is no such file; 'tsm init/);
});

Deno.test("what init prints is valid, and starts", async () => {
  await using tsm = new Tsm();
  tsm.write("Procfile", "web: sleep 1000\nworker: sleep 1000\n");
  tsm.write("tsm.jsonc", await tsm.ok("init"));
  assertMatch(await tsm.ok("validate"), /^tsm.jsonc is valid: 2 processes: web, worker/);
  await tsm.ok("start", "tsm.jsonc");
  assertEquals(Object.keys(await tsm.list()), ["web", "worker"]);
  assertEquals(JSON.parse(await tsm.ok("schema"))["title"], "tsm.jsonc");
});

function shop(processes: Readonly<Record<string, unknown>>): string {
  return `// The shop\n${JSON.stringify({ processes }, null, 2)}\n`;
}

Deno.test("apply shows the difference, and restarts only what has changed", async () => {
  await using tsm = new Tsm();
  tsm.write("x.env", "A=1\n");
  const web = { command: "exec sleep 1000", port: 4620, instances: 2 };
  const filed = { command: "echo $A; exec sleep 1000", env_file: "x.env" };
  tsm.write("tsm.jsonc", shop({ web, filed, db: "sleep 1001", old: "sleep 1002" }));
  const dry = await tsm.ok("apply", "--dry-run");
  assertStringIncludes(dry, "+ start   web-4621  (new)\n");
  assertEquals(await tsm.list(), {});
  await tsm.ok("apply");
  const first = await pidsOf(tsm);
  assertEquals(Object.keys(first), ["web-4620", "web-4621", "filed", "db", "old"]);
  assertMatch(await tsm.ok("apply"), /^Nothing to change: 5 processes are as the file says\n$/);
  await until("the env file", () => output(tsm, "filed") === "1\n");

  // A comment, the order and the shell's environment are no change.
  tsm.write("tsm.jsonc", `// moved\n${shop({ old: "sleep 1002", db: "sleep 1001", filed, web })}`);
  assertMatch((await tsm.run(["apply"], { env: { X: "1" } })).stdout, /^Nothing to change/);

  tsm.write("x.env", "A=2\n");
  tsm.write("tsm.jsonc", shop({ web: { ...web, instances: 1 }, filed, db: "sleep 1003" }));
  const plan = JSON.parse(await tsm.ok("apply", "--dry-run", "--json"));
  const names = (changes: { name: string }[]) => changes.map(({ name }) => name);
  assertEquals(plan.restart, [
    { name: "filed", reason: "changed: its env file" },
    { name: "db", reason: "changed: command" },
  ]);
  assertEquals([names(plan.stop), names(plan.gone)], [["web-4621"], ["old"]]);
  assertEquals(plan.unchanged, ["web-4620"]);
  assertEquals(await pidsOf(tsm), first, "--dry-run changes nothing");

  const applied = await tsm.run(["apply"]);
  assertStringIncludes(applied.stderr, "but left as they are: old; --prune stops them");
  const second = await pidsOf(tsm);
  assertEquals(Object.keys(second), ["web-4620", "filed", "db", "old"]);
  assertEquals([second["web-4620"], second["old"]], [first["web-4620"], first["old"]]);
  assert(second["filed"] !== first["filed"] && second["db"] !== first["db"]);
  assert(!isRunning(first["web-4621"]!));
  await until("the new env file", () => output(tsm, "filed") === "1\n2\n");

  await tsm.ok("apply", "--prune");
  assertEquals(Object.keys(await pidsOf(tsm)), ["web-4620", "filed", "db"]);
  assert(!isRunning(first["old"]!));
});

Deno.test("apply says which settings and variables have changed, but no value", async () => {
  await using tsm = new Tsm();
  const health = { command: "true", retries: 2 };
  const before = { command: "exec sleep 1000", port: 4650, env: { A: "1", SECRET: "x" }, health };
  tsm.write("tsm.jsonc", shop({ a: before, b: before.command, c: ["sleep", "1000"] }));
  await tsm.ok("apply");
  const after = { ...before, max_memory: "1G", env: { A: "2", B: "3", SECRET: "x" } };
  tsm.write(
    "tsm.jsonc",
    shop({
      a: { ...after, health: { retries: 2, command: "true" } },
      b: { command: before.command, cwd: "/", watch: true },
      c: { command: ["sleep", "1000"], hooks: { pre_start: "true" }, interpreter: "none" },
    }),
  );
  const { restart } = JSON.parse(await tsm.ok("apply", "--dry-run", "--json"));
  assertEquals(restart.map(({ reason }: { reason: string }) => reason), [
    "changed: max_memory, env.A, env.B",
    "changed: cwd, watch",
    "changed: hooks",
  ]);
});

Deno.test("apply moves a process to another port: the old one goes first", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", shop({ web: { command: "exec sleep 1000", port: 4630 } }));
  await tsm.ok("apply");
  tsm.write("tsm.jsonc", shop({ web: { command: "exec sleep 1000", port: 4631 } }));
  await tsm.ok("apply");
  assertEquals(Object.keys(await tsm.list()), ["web-4631"]);
});

Deno.test("apply starts what is stopped, but runs no job again that ended well", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tsm.jsonc",
    shop({ job: { command: "echo ran", autorestart: false }, a: "sleep 1000" }),
  );
  await tsm.ok("apply");
  await until("the end of the job", async () => (await tsm.list())["job"]?.status === "stopped");
  await tsm.ok("stop", "--keep", "a");
  assertStringIncludes(await tsm.ok("apply"), "+ start   a  (stopped)");
  assertEquals(output(tsm, "job"), "ran\n");
  assertEquals((await tsm.list())["a"]?.status, "online");
});

Deno.test("apply finds without a supervisor what has died, and starts it", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", shop({ a: "sleep 1000", b: "sleep 1000" }));
  await tsm.ok("apply");
  const before = await pidsOf(tsm);
  await tsm.killSupervisor();
  Deno.kill(before["a"]!, "SIGKILL");
  await until("its end", () => !isRunning(before["a"]!));
  const plan = JSON.parse(await tsm.ok("apply", "--dry-run", "--json"));
  assertEquals(plan.start, [{ name: "a", reason: "died" }]);
  await tsm.ok("apply");
  // Until it is started again its files name the dead one.
  const after = await until("a", async () => {
    const pids = await pidsOf(tsm);
    return pids["a"] && isRunning(pids["a"]) ? pids : undefined;
  });
  assertEquals(after["b"], before["b"]);
});

Deno.test("apply leaves what another file has, and takes over what was started by hand", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", shop({ a: "sleep 1000" }));
  tsm.write("other.tsm.jsonc", shop({ a: "sleep 1001", b: "sleep 1002" }));
  await tsm.ok("apply");
  const before = await pidsOf(tsm);
  assertMatch(await tsm.fails(1, "apply", "other.tsm.jsonc"), /'a': it belongs to .*\/tsm.jsonc/);
  assertEquals(await pidsOf(tsm), before);
  // Its file is gone: it is nobody's any more.
  await Deno.remove(`${tsm.work}/tsm.jsonc`);
  await tsm.ok("start", "sleep 1000", "--name", "b");
  const said = await tsm.ok("apply", "other.tsm.jsonc");
  assertStringIncludes(said, "~ restart b  (not from this file so far)");
  assertEquals((await tsm.list())["a"]?.command, "sleep 1001");
});

Deno.test("a PM2 ecosystem file and a Procfile start as they are", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "job.sh",
    `#!/bin/sh\necho "$NODE_ENV $1 $NODE_APP_INSTANCE"\nexec sleep 1000\n`,
    0o755,
  );
  tsm.write(
    "ecosystem.config.js",
    `const path = require("path");
    module.exports = { apps: [
      { name: "my jobs", script: path.join(__dirname, "job.sh"), args: "one", instances: 2,
        exec_mode: "fork", namespace: "pm2", env: { NODE_ENV: "development" },
        env_production: { NODE_ENV: "production" }, merge_logs: true },
      { name: "web", script: "sleep", args: ["1000"], env: { PORT: 4640 } },
    ] };`,
  );
  const result = await tsm.run(["start", "ecosystem.config.js", "--env-name", "production"]);
  assertEquals(result.code, 0, result.stderr);
  assertStringIncludes(result.stderr, "merge_logs: each instance has logs of its own");
  assertEquals(Object.keys(await tsm.list()).sort(), ["my-jobs-0", "my-jobs-1", "web-4640"]);
  await until("its words", () => output(tsm, "my-jobs-1") === "production one 1\n");
  assertMatch(
    await tsm.ok("apply", "ecosystem.config.js", "--env-name", "production"),
    /^Nothing to change: 3/,
  );
  tsm.write("Procfile", "proc: echo $FROM_DOTENV; sleep 1000\n");
  tsm.write(".env", "FROM_DOTENV=yes\n");
  await tsm.ok("start", "Procfile");
  await until("its variable", () => output(tsm, "proc") === "yes\n");
});

Deno.test("flags of one process are refused for a file, and flags of files for a process", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", shop({ a: "sleep 1000" }));
  assertMatch(
    await tsm.fails(64, "start", "tsm.jsonc", "--port", "80"),
    /with --port: that is for one/,
  );
  assertMatch(await tsm.fails(64, "start", "sleep 9", "--only", "a"), /for a file that lists/);
  // With a file, PM2's --env NAME is --env-name.
  assertMatch(
    await tsm.fails(64, "start", "tsm.jsonc", "--env", "production"),
    /there is no environment 'production' in it/,
  );
  assertMatch(
    await tsm.fails(64, "start", "tsm.jsonc", "--env", "A=1"),
    /with --env: that is for one/,
  );
});

Deno.test("a CommonJS file that needs Node is refused with what to do where there is no Node", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "ecosystem.config.js",
    `module.exports = { apps: [{ script: require("fs") ? "x" : "y" }] };`,
  );
  const { code, stderr } = await tsm.run(["validate", "--node", "ecosystem.config.js"], {
    env: { PATH: "/nowhere" },
  });
  assertEquals(code, 64);
  assertStringIncludes(
    stderr,
    "it needs Node (it requires 'fs'), and no 'node' is on the PATH; install it, or write the " +
      "file as plain data",
  );
});

Deno.test("what of a file cannot be carried over is said at its first start, and by validate", async () => {
  await using tsm = new Tsm();
  const script = "sleep 1000";
  tsm.write(
    "process.json",
    JSON.stringify(["a", "b"].map((name) => ({ name, script, time: true }))),
  );
  const note =
    "tsm: a, b: time, log_date_format and log_type are ignored: lines are stored as they " +
    "are written, and 'tsm logs --time --json' prints their times\n";
  for (const [command, isTold] of [["start", true], ["start", false], ["apply", false]] as const) {
    const { code, stderr } = await tsm.run([command, "process.json"]);
    assertEquals([code, stderr.includes(note)], [0, isTold], stderr);
  }
  const { stderr } = await tsm.run(["validate", "process.json"]);
  assertStringIncludes(stderr, note);
});

Deno.test("a PM2 file in a subdirectory tells of what is found from the shell's directory", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/deploy`);
  tsm.write("run.sh", "exec sleep 1000");
  const file = tsm.write("deploy/process.json", `{ "apps": [{ "script": "run.sh" }] }`);
  for (const command of ["validate", "start", "apply"]) {
    const said = await tsm.fails(64, command, file);
    assertStringIncludes(said, `PM2's at that of the shell, ${tsm.work}, where there is one`);
  }
  tsm.write("deploy/run.sh", "exec sleep 1000");
  const { code, stderr } = await tsm.run(["start", file]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `run: runs in ${tsm.work}/deploy`);
});

testNeeding(
  ["node"],
  "a PM2 file that Node evaluates sees the shell's directory, as in PM2",
  async () => {
    await using tsm = new Tsm();
    Deno.mkdirSync(`${tsm.work}/deploy`);
    tsm.write("run.sh", "exec sleep 1000");
    const text = `require("fs"); module.exports = [{ script: process.cwd() + "/run.sh" }];`;
    await tsm.ok("start", tsm.write("deploy/x.config.js", text));
  },
);

Deno.test("apply prevails over the restart that a policy has queued", async () => {
  await using tsm = new Tsm();
  const write = (version: number) =>
    tsm.write(
      "tsm.jsonc",
      JSON.stringify({
        processes: {
          loop: {
            command: "exit 1",
            restart_delay: "0s",
            max_restarts: 1_000_000,
            env: { VERSION: String(version) },
          },
        },
      }),
    );
  write(0);
  await tsm.run(["start", "tsm.jsonc"]);
  for (let version = 1; version <= 25; version++) {
    write(version);
    const { stdout, stderr } = await tsm.run(["apply", "tsm.jsonc"]);
    const { set } = JSON.parse(tsm.read("runtime/processes/loop/env"));
    assertEquals(set.VERSION, String(version), stdout + stderr);
  }
});

Deno.test("apply restarts the instances of an app one after another, and stops at one that fails", async () => {
  await using tsm = new Tsm();
  const port = freePort(2);
  tsm.write(
    "server.py",
    `import os, socket, sys, time
if os.environ["MODE"] == "broken": sys.exit("broken")
port = int(os.environ["PORT"])
other = ${2 * port + 1} - port
is_up = socket.socket().connect_ex(("127.0.0.1", other)) == 0
print("other up" if is_up else "other down", flush=True)
time.sleep(0.3)
server = socket.create_server(("127.0.0.1", port))
while True: server.accept()
`,
  );
  const write = (mode: string) =>
    tsm.write(
      "tsm.jsonc",
      JSON.stringify({
        processes: {
          web: {
            command: "server.py",
            port,
            instances: 2,
            wait_ready: "port",
            env: { MODE: mode },
          },
        },
      }),
    );
  write("one");
  await tsm.ok("start", "tsm.jsonc");
  write("two");
  await tsm.ok("apply", "tsm.jsonc");
  for (const one of [port, port + 1]) {
    assertEquals(output(tsm, `web-${one}`).trim().split("\n").at(-1), "other up");
  }

  write("broken");
  const pids = await pidsOf(tsm);
  const said = await tsm.fails(1, "apply", "tsm.jsonc");
  assertMatch(said, new RegExp(`web-${port}' did not become ready.*runs on as it was`));
  assertEquals((await pidsOf(tsm))[`web-${port + 1}`], pids[`web-${port + 1}`]);
  const { stdout, stderr } = await tsm.run(["apply", "tsm.jsonc", "--at-once"]);
  assert(!(stdout + stderr).includes("did not become ready"), stdout + stderr);
  assert((await pidsOf(tsm))[`web-${port + 1}`] !== pids[`web-${port + 1}`]);
});
