import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, tsmCommand, until } from "./harness.ts";

Deno.test("stop ends the whole tree: session, other sessions, and who takes no SIGTERM", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "tree.sh",
    `#!/bin/sh
echo $$
sleep 1000 & echo $!
setsid sleep 1001 & echo $!
(setsid sh -c 'echo $$; exec sleep 1002' &)
sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' &
echo ready
wait
`,
    0o755,
  );
  await tsm.ok("start", "tree.sh");
  const pids = await until("six lines", () => {
    const lines = tsm.read("runtime/processes/tree/current.out").trim().split("\n");
    return lines.length === 6 ? lines.filter((line) => line !== "ready").map(Number) : undefined;
  });
  assert(pids.every(isRunning));
  await tsm.ok("stop", "tree");
  assertEquals(pids.filter(isRunning), []);
});

Deno.test("stop --keep keeps the logs, delete removes them", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello; sleep 1000", "--name", "x");
  await until("its output", () => tsm.read("runtime/processes/x/current.out") === "hello\n");
  assertEquals(await tsm.ok("stop", "--keep", "x"), "Stopped x\n");
  assertMatch(await tsm.ok("ls"), /^1 {3}x +- +- +stopped +- +0$/m);
  assertStringIncludes(await tsm.ok("logs", "x", "--no-follow"), "hello");
  assertEquals(await tsm.ok("delete", "x"), "Stopped and removed x\n");
  assertEquals(await tsm.list(), {});
  assertStringIncludes(tsm.read("db/history/x.jsonl"), `"event":"stop"`);
});

Deno.test("selectors take ids, names, regular expressions, namespaces and prefixes", async () => {
  await using tsm = new Tsm();
  for (const name of ["api-a", "api-b", "worker"]) {
    await tsm.ok(
      "start",
      "sleep 1000",
      "--name",
      name,
      "--namespace",
      name === "worker" ? "back" : "front",
    );
  }
  assertStringIncludes(
    await tsm.fails(64, "restart", "api"),
    "Cannot restart 'api': it could mean api-a, api-b; name one, or /^api/ for all of them",
  );
  assertStringIncludes(
    await tsm.fails(66, "stop", "nobody"),
    "Cannot stop 'nobody': no such process",
  );
  assertStringIncludes(await tsm.fails(64, "stop", "/(/"), "an example of the right form");
  assertMatch(await tsm.ok("restart", "front"), /^Restarted api-a .*\nRestarted api-b .*\n$/);
  assertMatch(await tsm.ok("restart", "wor"), /^Restarted worker /);
  assertMatch(await tsm.ok("restart", "2"), /^Restarted api-b /);
  assertEquals(
    await tsm.ok("stop", "/^api-/"),
    "Stopped and removed api-a\nStopped and removed api-b\n",
  );
  assertEquals(Object.keys(await tsm.list()), ["worker"]);
  assertEquals(await tsm.ok("stop", "all"), "Stopped and removed worker\n");
  assertEquals(await tsm.ok("stop", "all"), "Nothing to stop: there are no processes\n");
});

Deno.test("signal reaches the process", async () => {
  await using tsm = new Tsm();
  const script = `trap 'echo got it' USR1; echo ready; while :; do sleep 0.05; done`;
  await tsm.ok("start", script, "--name", "x");
  await until("readiness", () => tsm.read("runtime/processes/x/current.out") === "ready\n");
  assertMatch(await tsm.ok("signal", "usr1", "x"), /^Sent SIGUSR1 to x \(pid \d+\)\n$/);
  await until(
    "the signal",
    () => tsm.read("runtime/processes/x/current.out") === "ready\ngot it\n",
  );
  assertStringIncludes(await tsm.fails(64, "signal", "NOPE", "x"), `Cannot use "NOPE" as a signal`);
  await tsm.ok("stop", "--keep", "x");
  assertStringIncludes(await tsm.fails(66, "signal", "HUP", "x"), "Cannot signal 'x': not running");
});

Deno.test("logs shows the last lines and follows what comes, through a restart", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "seq 1 40; echo oops >&2; sleep 1000", "--name", "x");
  await until("its output", () => tsm.read("runtime/processes/x/current.err") === "oops\n");
  const shown = await tsm.ok("logs", "x", "--lines", "3", "--no-follow");
  assertEquals(shown.trim().split("\n").sort(), ["38", "39", "40", "oops"]);
  assertEquals(await tsm.ok("logs", "x", "--err", "--no-follow"), "oops\n");
  assertEquals((await tsm.ok("logs", "x", "--out", "--no-follow")).split("\n").length, 16);
  assertStringIncludes(await tsm.fails(64, "logs", "x", "--lines", "many"), "--lines 100");

  await using follower = tsm.command(["logs", "x", "--lines", "0", "--out"]).spawn();
  const reader = follower.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const append = (line: string) =>
    Deno.writeTextFileSync(tsm.path("runtime/processes/x/current.out"), `${line}\n`, {
      append: true,
    });
  // It says nothing before there is something new: write until it has begun to follow.
  const writer = setInterval(() => append("live"), 20);
  while (!text.includes("live\n")) text += (await reader.read()).value ?? "";
  clearInterval(writer);
  await tsm.ok("restart", "x");
  while (!text.includes("\n40\n")) text += (await reader.read()).value ?? "";
  assertEquals(text.match(/^40$/gm)?.length, 1);
  follower.kill("SIGTERM");
  await reader.cancel();
  await follower.stderr.cancel();
});

Deno.test("several logs are shown with the name before each line", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo from one; sleep 1000", "--name", "one");
  await tsm.ok("start", "echo from two; sleep 1000", "--name", "two");
  await until("both", async () => {
    const shown = await tsm.ok("logs", "--no-follow");
    return shown.includes("one | from one\n") && shown.includes("two | from two\n");
  });
});

Deno.test("logs into head ends quietly", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "seq 1 100000; sleep 1000", "--name", "x");
  await until("its output", () => tsm.read("runtime/processes/x/current.out").endsWith("100000\n"));
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  const piped = await new Deno.Command("sh", {
    args: ["-c", `${words} logs x --lines 100000 --no-follow | head -n 1`],
    env: { TSM_ROOT: tsm.root },
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(piped.stderr), "");
  assertEquals(new TextDecoder().decode(piped.stdout), "1\n");
});

Deno.test("describe tells everything, for people and for programs", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo oops >&2; sleep 1000", "--name", "x", "--no-autorestart");
  await until("its output", () => tsm.read("runtime/processes/x/current.err") === "oops\n");
  const text = await tsm.ok("describe", "x");
  for (
    const part of [
      "status       online",
      "command      echo oops >&2; sleep 1000",
      `cwd          ${tsm.work}`,
      "* autorestart           never (always)",
      "Last error on stderr\n  oops",
      "tsm restart x",
    ]
  ) assertStringIncludes(text, part);
  assertMatch(text, /^ {2}current\.err +5B$/m);
  const value = JSON.parse(await tsm.ok("describe", "x", "--json"));
  assertEquals([value.name, value.status, value.spec.autorestart], ["x", "online", "never"]);
  assertEquals(value.last_errors, ["oops"]);
  assert(value.mem > 0 && value.processes >= 1);
  assertStringIncludes(await tsm.fails(66, "describe", "nobody"), "no such process");
  // What is being written is gone before one can tell its size.
  Deno.writeTextFileSync(tsm.path("runtime", "processes", "x", "meta.json.tmp"), "{");
  assert(!(await tsm.ok("describe", "x")).includes("meta.json.tmp"));
});

Deno.test("ls -l adds what the processes use", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const [header, , row] = (await tsm.ok("ls", "-l")).split("\n");
  assertMatch(header!, /Restarts CPU +Memory +Command +Cwd$/);
  assertMatch(row!, /\d+\.\d% +[\d.]+[KM] +sleep 1000 +\/.+$/);
  const [meta] = JSON.parse(await tsm.ok("ls", "-l", "--json"));
  assert(meta.mem > 0 && meta.cpu >= 0);
});

Deno.test("ls names a directory it cannot read, and shows the others", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  Deno.mkdirSync(tsm.path("runtime/processes/broken"));
  Deno.writeTextFileSync(tsm.path("runtime/processes/broken/meta.json"), "{");
  const { code, stdout, stderr } = await tsm.run(["ls"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "x ");
  assertMatch(stderr, /cannot read 'broken': meta\.json: not JSON/);
});

Deno.test("help teaches, and a mistyped word gets the nearest one suggested", async () => {
  await using tsm = new Tsm();
  for (const args of [["--help"], ["help"], []]) {
    const text = await tsm.ok(...args);
    assertStringIncludes(text, `tsm start "node server.js" --name myapp --port 3000`);
  }
  const overview = await tsm.ok("help");
  for (const [, name] of overview.matchAll(/^ {2}([a-z]+) {2,}/gm)) {
    const help = await tsm.ok(name!, "--help");
    assertMatch(help, /Usage: tsm [^]*Flags:[^]*Examples:\n {2}\S/, name!);
  }
  assertStringIncludes(await tsm.fails(64, "strat"), "did you mean 'tsm start'?");
  assertStringIncludes(await tsm.fails(64, "start", "x", "--nmae", "y"), "did you mean --name?");
  assertStringIncludes(await tsm.fails(64, "start", "x", "--name"), "--name needs a value");
  assertStringIncludes(await tsm.fails(64, "help", "logz"), "did you mean 'logs'?");
  assertMatch(await tsm.ok("--version"), /^tsm \d+\.\d+\.\d+ /);
  assertEquals(Deno.lstatSync(tsm.work).isDirectory, true);
  assert(![...Deno.readDirSync(tsm.work)].length, "nothing of this made a root or a file");
});

Deno.test("output is plain when it is piped, and --json and --quiet are kept to", async () => {
  await using tsm = new Tsm();
  const started = JSON.parse(await tsm.ok("start", "sleep 1000", "-n", "x", "--json"));
  assertEquals(started[0].name, "x");
  assertEquals(await tsm.ok("restart", "x", "--quiet"), "");
  assert(!(await tsm.ok("ls")).includes("\x1b"));
  assertEquals(JSON.parse(await tsm.ok("ping", "--json")).processes, 1);
  assertEquals(JSON.parse(await tsm.ok("stop", "x", "--json")), [{ name: "x", tsm_id: 1 }]);
});
