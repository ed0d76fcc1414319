import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, tsmCommand, until } from "./harness.ts";
import { Terminal } from "./terminal.ts";

/** How the header and the status of `ls` are coloured. */
const COLORS = ["\x1b[1m", "\x1b[32m"];
const ALTERNATE_SCREEN = "\x1b[?1049h";

Deno.test("start says which processes a word could mean, and starts all of an app", async () => {
  await using tsm = new Tsm();
  for (const name of ["api-old", "api-new"]) {
    await tsm.ok("start", "sleep 1000", "--name", name);
    await tsm.ok("stop", "--keep", name);
  }
  assertEquals(
    await tsm.fails(64, "start", "api"),
    "tsm: Cannot start 'api': it could mean api-old, api-new; name one, or /^api/ for all of them\n",
  );
  await tsm.ok("start", "sleep 1000", "--name", "web", "--instances", "2");
  await tsm.ok("stop", "--keep", "web");
  assertMatch(await tsm.ok("start", "web"), /^Started web-0 .*\nStarted web-1 .*\n$/);
  assertStringIncludes(await tsm.fails(66, "start", "other"), "neither a program");
});

Deno.test("start alone starts what the tsm.jsonc beside it lists", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(64, "start"), "there is no tsm.jsonc here");
  tsm.write("tsm.jsonc", `{ "processes": { "a": "sleep 1000", "b": "sleep 1001" } }`);
  await tsm.ok("start");
  assertEquals(Object.keys(await tsm.list()), ["a", "b"]);
});

Deno.test("start alone starts what an ecosystem.config.js lists, as PM2's does, where there is no tsm.jsonc", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "ecosystem.config.js",
    `module.exports = { apps: [{ name: "a", script: "sleep 100" }] }`,
  );
  await tsm.ok("start");
  assertEquals(Object.keys(await tsm.list()), ["a"]);
  assertStringIncludes(await tsm.ok("apply", "--dry-run"), "Nothing to change");
  tsm.write("tsm.jsonc", `{ "processes": { "b": "sleep 1000" } }`);
  await tsm.ok("start");
  assertEquals(Object.keys(await tsm.list()), ["a", "b"]);
});

Deno.test("a command that means no process says so", async () => {
  await using tsm = new Tsm();
  const commands = [["restart"], ["reload"], ["stop"], ["delete"], ["reset"], ["flush"]];
  for (const words of [...commands, ["signal", "HUP"]]) {
    const verb = words[0]!;
    assertEquals(
      await tsm.ok(...words, "all"),
      `Nothing to ${verb}: there are no processes\n`,
      verb,
    );
    assertEquals(await tsm.ok(...words, "all", "--json"), "[]\n", verb);
  }
});

Deno.test("describe --json gives a list for what can mean several, else one object", async () => {
  await using tsm = new Tsm();
  assertEquals(JSON.parse(await tsm.ok("describe", "all", "--json")), []);
  await tsm.ok("start", "sleep 1000", "--name", "a");
  for (const selector of ["all", "/^a/"]) {
    const listed = JSON.parse(await tsm.ok("describe", selector, "--json"));
    assertEquals(listed.map(({ name }: { name: string }) => name), ["a"], selector);
  }
  assertEquals(JSON.parse(await tsm.ok("describe", "a", "--json")).name, "a");
});

Deno.test("a flag that only says more of another one is refused without it", async () => {
  await using tsm = new Tsm();
  const alone = {
    "--watch-ignore=tmp": "--watch src,lib",
    "--hook-timeout=5s": "--pre-start COMMAND",
    "--health-interval=5s": "--health-tcp PORT",
    "--health-retries=5": "--health-tcp PORT",
  };
  for (const [flag, example] of Object.entries(alone)) {
    const said = await tsm.fails(64, "start", "sleep 1000", "--name", "a", flag);
    assertStringIncludes(said, `Cannot use ${flag.split("=")[0]} alone`);
    assertStringIncludes(said, `as in ${example}`);
  }
  await tsm.ok("start", "sleep 1000", "--name", "a", "--post-stop", "true", "--hook-timeout", "5s");
});

Deno.test("help, version, completion, schema, init and validate need no HOME", async () => {
  await using tsm = new Tsm();
  tsm.write("tsm.jsonc", `{ "processes": { "a": "sleep 1000" } }`);
  const script = `unset HOME TSM_ROOT; exec "$@"`;
  const commands = [["--help"], ["help", "ls"], ["version"], ["completion", "bash"], ["schema"]];
  for (const words of [...commands, ["init"], ["validate"], ["man"]]) {
    const { code, stderr } = await tsm.shell(script, words).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], words.join(" "));
  }
  const { code, stderr } = await tsm.shell(script, ["ls"]).output();
  assertEquals(code, 64);
  assertStringIncludes(new TextDecoder().decode(stderr), "pass --root DIR");
});

Deno.test("colours are forced by FORCE_COLOR and CLICOLOR_FORCE, and NO_COLOR forbids them", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  const isColored = async (env: Readonly<Record<string, string>>) =>
    (await tsm.run(["ls"], { env })).stdout.includes("\x1b[32m");
  assert(!await isColored({}));
  assert(await isColored({ FORCE_COLOR: "1" }));
  assert(await isColored({ CLICOLOR_FORCE: "1" }));
  assert(!await isColored({ CLICOLOR_FORCE: "0" }));
  assert(!await isColored({ FORCE_COLOR: "0", CLICOLOR_FORCE: "1" }));
  assert(!await isColored({ FORCE_COLOR: "1", NO_COLOR: "1" }));
});

testNeeding(["tmux"], "a dumb terminal gets no colours and no full screen", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await using terminal = await Terminal.openShell(tsm, 100, 30);
  const [ls, monit] = [`${tsm.work}/ls`, `${tsm.work}/monit`];
  // `script` gives the command a terminal, and keeps the bytes that it was sent.
  const kept = (command: string, path: string) =>
    `TERM=dumb script -qec '${tsmCommand().join(" ")} ${command}' ${path}`;
  await terminal.enter(`${kept("ls", ls)}; ${kept("monit", monit)}; echo do''ne`);
  await terminal.shows("done");
  for (const path of [ls, monit]) {
    const text = Deno.readTextFileSync(path);
    assertStringIncludes(text, "online");
    // Deno itself moves the cursor as long as it runs the source.
    assert([...COLORS, ALTERNATE_SCREEN].every((escape) => !text.includes(escape)), text);
  }
});

Deno.test("times are the user's on a terminal, and UTC in a pipe and as JSON", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  const env = { TZ: "Asia/Kolkata" };
  for (const command of ["history", "describe"]) {
    const { stdout } = await tsm.run([command, "a"], { env });
    assertMatch(stdout, /\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +. *start/, command);
  }
  await using terminal = await Terminal.openShell(tsm, 100, 60);
  for (const command of ["history", "describe", "events"]) {
    await terminal.enter(`clear; TZ=Asia/Kolkata tsm ${command} a`);
    await terminal.shows(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+05:30 .* *start/);
  }
});

testNeeding(
  ["tmux"],
  "logs --time has the user's zone on a terminal, and UTC in a pipe",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "echo hello; sleep 1000", "--name", "a");
    await until("its line", () => tsm.read("runtime/processes/a/current.out") === "hello\n");
    const args = ["logs", "a", "--time", "--no-follow"];
    const { stdout } = await tsm.run(args, { env: { TZ: "Asia/Kolkata" } });
    assertMatch(stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z hello\n$/);
    await using terminal = await Terminal.openShell(tsm, 100, 60);
    await terminal.enter(`clear; TZ=Asia/Kolkata tsm ${args.join(" ")}`);
    await terminal.shows(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+05:30 hello$/m);
  },
);

Deno.test("ls marks what crashes again and again, and doctor tells of it and of what is errored", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "steady");
  assertMatch(await tsm.ok("ls"), /^1 +steady .* 0$/m);
  await tsm.run([
    "start",
    "exit 3",
    "-n",
    "loop",
    "--restart-delay",
    "300ms",
    "--max-restarts=1000",
  ]);
  await until("three crashes", async () => (await tsm.list())["loop"]!.unstable_restarts >= 3);
  assertMatch(await tsm.ok("ls"), /^\d+ +loop .* \d+ \(crash loop\)$/m);
  await tsm.ok("stop", "loop");
  for (const name of ["bad-1", "bad-2"]) {
    await tsm.run(["start", "exit 3", "--name", name, "--max-restarts", "0"]);
    await until("it is given up", async () => (await tsm.list())[name]?.status === "errored");
  }
  const { code, stdout } = await tsm.run(["doctor"]);
  assertEquals(code, 1);
  assertStringIncludes(stdout, "✗ processes  tsm has given up bad-1, bad-2");
});

Deno.test("doctor tells a root that cannot be used once, not for each check again", async () => {
  await using tsm = new Tsm();
  const root = tsm.write("file", "");
  const { code, stdout } = await tsm.run(["doctor"], { env: { TSM_ROOT: root } });
  assertEquals(code, 1);
  assertEquals(stdout.match(/^✗ .*/gm), [`✗ root       ${root} is no directory`]);
});

Deno.test("a report goes by the kernel's clock after the clock was set back, or ahead", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  const path = tsm.path("db/history/x.jsonl");
  const history = Deno.readTextFileSync(path);
  for (const ahead of [7200, -7200]) {
    // As if the clock had been so much ahead when it was started.
    const moved = history.replace(/"time":(\d+)/g, (_, time) => `"time":${Number(time) + ahead}`);
    Deno.writeTextFileSync(path, moved);
    const [report] = JSON.parse(await tsm.ok("report", "x", "--json")).processes;
    assert(report.up > 0 && report.up < 600, `up for ${report.up} s`);
    assertEquals(report.availability, 1);
    const events = JSON.parse(await tsm.ok("history", "x", "--json"));
    assertEquals(events.map(({ event }: { event: string }) => event), ["start", "online"]);
  }
});

Deno.test("a back-off ends in time though the clock was set back meanwhile", async () => {
  await using tsm = new Tsm();
  await tsm.run(["start", "sh -c 'sleep 0.2; exit 1'", "--name", "x", "--restart-delay", "14s"]);
  const waits = async () => (await tsm.list())["x"]?.status === "waiting";
  await until("its back-off", waits);
  await tsm.killSupervisor();
  // As if the clock had been a day ahead when it crashed.
  const path = tsm.path("runtime/processes/x/meta.json");
  const meta = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...meta, retry_at: meta.retry_at + 86_400 }));
  await tsm.ok("save");
  const { restarts } = (await tsm.list())["x"]!;
  await until("its restart", async () => (await tsm.list())["x"]!.restarts > restarts);
});

Deno.test("uptimes hold after the clock was set back", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a");
  await tsm.killSupervisor();
  // As if the clock had been an hour ahead when it was started.
  const path = tsm.path("runtime", "processes", "a", "meta.json");
  const meta = JSON.parse(Deno.readTextFileSync(path));
  const ahead = { ...meta, start_time: meta.start_time + 3600 };
  Deno.writeTextFileSync(path, JSON.stringify(ahead));
  const line = JSON.stringify({ time: ahead.start_time, event: "unhealthy", name: "a" });
  Deno.writeTextFileSync(tsm.path("db", "history", "a.jsonl"), `${line}\n`, { append: true });
  await until("an uptime", async () => /^1 +a .* online +[1-9]\d*[sm] /m.test(await tsm.ok("ls")));
  assertStringIncludes(await tsm.ok("history", "a"), "unhealthy");
  await tsm.ok("stop", "a");
  const history = JSON.parse(await tsm.ok("history", "a", "--json")) as { uptime?: number }[];
  const uptime = history.findLast((entry) => entry.uptime !== undefined)?.uptime ?? -1;
  assert(uptime >= 1, JSON.stringify(history));
});

Deno.test("where another project has a process of that name, the refusal shows the ways out", async () => {
  await using tsm = new Tsm();
  const other = `${tsm.work}/other`;
  Deno.mkdirSync(other);
  await tsm.ok("start", "sleep 1000", "--name", "worker");
  const { code, stderr } = await tsm.run(["start", "sleep 1000", "--name", "worker"], {
    cwd: other,
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `'worker' is already running in ${tsm.work} (pid `);
  for (const way of ["--name", "--root DIR or TSM_ROOT"]) assertStringIncludes(stderr, way);
  const text = `{ "processes": { "queue": "sleep 1000" } }`;
  tsm.write("tsm.jsonc", text);
  tsm.write("other/tsm.jsonc", text);
  await tsm.ok("start");
  const refused = await tsm.run(["start"], { cwd: other });
  assertEquals(refused.code, 64);
  for (const way of ["rename one", "TSM_ROOT=DIR or --root DIR", "tsm stop queue"]) {
    assertStringIncludes(refused.stderr, way);
  }
});
