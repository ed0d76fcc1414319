/**
 * Commands that are told of events: what they get, as whom and how often they run, and that nothing
 * they do harms the supervisor.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { MOUNT, ROOT_USER, testNeeding } from "../test_needing.ts";
import { fill, mountRoot, unmountRoot } from "./full_disk.ts";
import { isRunning, Tsm, until } from "./harness.ts";

const FOREVER = "exec sleep 1000";

/** The lines of a file of the test. */
function lines(tsm: Tsm, file: string): string[] {
  return (readTextIfThere(`${tsm.work}/${file}`) ?? "").split("\n").slice(0, -1);
}

function untilLines(tsm: Tsm, file: string, count: number): Promise<string[]> {
  return until(`${count} lines in ${file}`, () => {
    const found = lines(tsm, file);
    return found.length >= count ? found : undefined;
  });
}

/** A command that writes what it reads, with what it is told of, into a file of the test. */
const told = (file: string) => `echo "$TSM_EVENT $TSM_NAME" >>${file}`;

function events(tsm: Tsm): readonly { readonly event: string; readonly name: string | null }[] {
  const days = [...Deno.readDirSync(tsm.path("db/events"))].map(({ name }) => name).sort();
  return days.flatMap((day) => tsm.read("db/events", day).trim().split("\n"))
    .map((line) => JSON.parse(line));
}

function count(tsm: Tsm, event: string): number {
  return events(tsm).filter((one) => one.event === event).length;
}

async function kill(tsm: Tsm, name: string): Promise<void> {
  const pid = await until(`a run of ${name}`, async () => (await tsm.list())[name]?.pid);
  Deno.kill(pid, "SIGKILL");
}

Deno.test("a command is told of a crash, in variables and as JSON, in the directory of the process and with its environment", async () => {
  await using tsm = new Tsm();
  const command = `cat >told; echo "$TSM_EVENT|$TSM_NAME|$TSM_REASON|$TSM_EXIT_SIGNAL|$A|$(pwd)" ` +
    `>variables`;
  await tsm.ok("start", FOREVER, "--name", "api", "--env", "A=own", "--on", `crash=${command}`);
  await kill(tsm, "api");
  const [variables] = await untilLines(tsm, "variables", 1);
  assertEquals(variables, `crash|api|killed by SIGKILL|SIGKILL|own|${tsm.work}`);
  const notice = JSON.parse(Deno.readTextFileSync(`${tsm.work}/told`));
  assertEquals([notice.event, notice.name, notice.exit_signal], ["crash", "api", "SIGKILL"]);
  assertEquals([notice.root, notice.reason], [tsm.root, "killed by SIGKILL"]);
  assertEquals(notice.text, `[${Deno.hostname()}] api: crash: killed by SIGKILL`);
});

Deno.test("the nearest command is told: of the event, of failure, of the process, of all", async () => {
  await using tsm = new Tsm();
  for (
    const [key, file] of [["failure", "all"], ["crash", "all-crash"], ["online", "all-online"]]
  ) {
    await tsm.ok("set", `on.${key}`, `cd ${tsm.work}; ${told(file!)}`);
  }
  const path = tsm.write(
    "tsm.jsonc",
    JSON.stringify({
      defaults: { on: { failure: told("file") } },
      processes: {
        own: { command: FOREVER, on: { crash: told("own") } },
        other: FOREVER,
      },
    }),
  );
  await tsm.ok("start", path);
  await tsm.ok("start", FOREVER, "--name", "plain");
  for (const name of ["own", "other", "plain"]) await kill(tsm, name);
  assertEquals(await untilLines(tsm, "own", 1), ["crash own"]);
  assertEquals(await untilLines(tsm, "file", 1), ["crash other"]);
  assertEquals(await untilLines(tsm, "all-crash", 1), ["crash plain"]);
  const online = await untilLines(tsm, "all-online", 6);
  assertEquals(online.filter((line) => line === "online own").length, 2);
  assertEquals(lines(tsm, "all"), []);
});

Deno.test("a process that is stopped and removed is told of with its environment", async () => {
  await using tsm = new Tsm();
  const on = ["--on", 'stop=echo "$TSM_EVENT $A" >>told'];
  await tsm.ok("start", FOREVER, "--name", "api", "--env", "A=own", ...on);
  await tsm.ok("stop", "api");
  assertEquals(await untilLines(tsm, "told", 1), ["stop own"]);
});

Deno.test("one whose directory or env file is gone is told of all the same", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/gone`);
  tsm.write("gone.env", "A=1\n");
  const errored = `errored=cd ${tsm.work}; ${told("told")}`;
  await tsm.ok("start", FOREVER, "--name", "a", "--cwd", `${tsm.work}/gone`, "--on", errored);
  await tsm.ok("start", FOREVER, "--name", "b", "--env-file", "gone.env", "--on", errored);
  Deno.removeSync(`${tsm.work}/gone`);
  Deno.removeSync(`${tsm.work}/gone.env`);
  for (const name of ["a", "b"]) await kill(tsm, name);
  assertEquals((await untilLines(tsm, "told", 2)).sort(), ["errored a", "errored b"]);
});

Deno.test("a command that fails or does not exist is logged and recorded, and told to nobody", async () => {
  await using tsm = new Tsm();
  await tsm.ok("set", "on.failure", "echo no such host >&2; exit 6");
  await tsm.ok("start", FOREVER, "--name", "api");
  await tsm.ok("start", FOREVER, "--name", "web", "--on", "crash=no-such-program");
  for (const name of ["api", "web"]) await kill(tsm, name);
  await until("both failures", () => count(tsm, "notify_failed") === 2);
  const log = tsm.read("runtime/supervisor.log");
  assertMatch(log, /api: its command for crash 'echo .*' exited with code 6: no such host$/m);
  assertMatch(
    log,
    /web: its command for crash 'no-such-program' exited with code 127: .*not found$/m,
  );
  const history = await tsm.ok("history", "api");
  assertStringIncludes(history, "notify_failed");
  // Had a failure been told, there would be a failure of that by the time the next crash is told.
  await kill(tsm, "api");
  await until("the third failure", () => count(tsm, "notify_failed") === 3);
  assertEquals(count(tsm, "crash"), 3);
  assertStringIncludes(await tsm.fails(64, "set", "on.notify_failed", "true"), "no such setting");
});

Deno.test("a command that hangs is killed with all it started, and holds up neither its process nor others", async () => {
  await using tsm = new Tsm();
  const hang = "crash=(sleep 1000 & echo $! >>pids; exec sleep 1000) & echo $! >>pids; wait";
  await tsm.ok("start", FOREVER, "--name", "a", "--on", hang, "--on-timeout", "2s");
  await tsm.ok("start", FOREVER, "--name", "b", "--on", `crash=${told("told")}`);
  await kill(tsm, "a");
  const pids = (await untilLines(tsm, "pids", 2)).map(Number);
  // Meanwhile it has been restarted, and others are told.
  await until("the restart", async () => (await tsm.list())["a"]!.restarts === 1);
  await kill(tsm, "b");
  await untilLines(tsm, "told", 1);
  await until("the end of the command", () => pids.every((pid) => !isRunning(pid)));
  await until("its failure", () => count(tsm, "notify_failed") === 1);
  assertMatch(
    tsm.read("runtime/supervisor.log"),
    /its command for crash .* has not ended within 2 s/,
  );
});

Deno.test("what a command has left in its session may end in its time", async () => {
  await using tsm = new Tsm();
  const leaves = "crash=while test ! -e go; do sleep 0.05; done >/dev/null && echo done >>told &";
  await tsm.ok("start", FOREVER, "--name", "a", "--on", leaves, "--on-timeout", "100s");
  await kill(tsm, "a");
  await until("the restart", async () => (await tsm.list())["a"]!.restarts === 1);
  tsm.write("go", "");
  assertEquals(await untilLines(tsm, "told", 1), ["done"]);
  assertEquals(count(tsm, "notify_failed"), 0);
});

Deno.test("a command that prints without end is ended, and its output is not kept", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", FOREVER, "--name", "a", "--on", "crash=yes");
  await kill(tsm, "a");
  await until("its failure", () => count(tsm, "notify_failed") === 1);
  const log = tsm.read("runtime/supervisor.log");
  assertStringIncludes(log, "printed more than 1048576 bytes");
  assert(log.length < 20_000, `${log.length} bytes`);
});

Deno.test("beyond the limit events are summed up in one, and none is lost", async () => {
  await using tsm = new Tsm();
  const command = `crash=cat >>told`;
  const flags = ["--max-restarts", "20", "--on", command, "--on-limit", "2"];
  await tsm.run(["start", "exit 3", "--name", "loop", ...flags]);
  await until("it is given up", async () => (await tsm.list())["loop"]?.status === "errored");
  await untilLines(tsm, "told", 2);
  // What is to be told is told before tsm leaves.
  await tsm.ok("shutdown");
  const notices = lines(tsm, "told").map((line) => JSON.parse(line));
  assertEquals(notices.map(({ event }) => event), ["crash", "crash", "summary"]);
  const { name, counts, names, text } = notices[2];
  const summed = count(tsm, "crash") - 2;
  assertEquals([name, counts, names], ["loop", { crash: summed }, ["loop"]]);
  assertMatch(text, new RegExp(`loop: ${summed} × crash$`));
});

Deno.test("what a killed supervisor had still to tell is told by the next one, and nothing twice", async () => {
  await using tsm = new Tsm();
  const command = `crash=echo "begin $TSM_PID" >>told; while test ! -e go; do sleep 0.05; done; ` +
    `echo "end $TSM_PID" >>told`;
  const flags = ["--on", command, "--on-timeout", "500s", "--on-limit", "2"];
  await tsm.ok("start", FOREVER, "--name", "api", ...flags);
  const pids: number[] = [];
  for (let crashes = 1; crashes <= 4; crashes++) {
    pids.push((await tsm.list())["api"]!.pid!);
    await kill(tsm, "api");
    await until("its restart", async () => (await tsm.list())["api"]!.restarts === crashes);
  }
  await untilLines(tsm, "told", 1);
  // The second waits for the first; the others are summed up.
  await until("the note", () => {
    const { waiting, summed } = JSON.parse(tsm.read("runtime/notices.json"));
    return waiting.length === 1 && summed[0]?.notice.counts.crash === 2;
  });
  await tsm.killSupervisor();
  await tsm.ok("save");
  tsm.write("go", "");
  const [first, second] = pids;
  const expected = [first, second, ""].flatMap((pid) => [`begin ${pid}`, `end ${pid}`]).sort();
  assertEquals((await untilLines(tsm, "told", 6)).sort(), expected);
  await tsm.ok("shutdown");
  assertEquals(lines(tsm, "told").length, 6);
});

Deno.test("what happened while no supervisor lived is told by the next one", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", FOREVER, "--name", "api", "--on", `crash=${told("told")}`);
  const { pid } = (await tsm.list())["api"]!;
  await tsm.killSupervisor();
  Deno.kill(pid!, "SIGKILL");
  await until("its end", () => !isRunning(pid!));
  await tsm.ok("save");
  assertEquals(await untilLines(tsm, "told", 1), ["crash api"]);
});

Deno.test("the end of its process, be it a restart, a stop or patrol, is not the end of a command", async () => {
  await using tsm = new Tsm();
  const command = `while test ! -e go; do sleep 0.05; done; echo alive >>told`;
  await tsm.ok("start", FOREVER, "--name", "api", "--on", `crash=${command}`);
  await kill(tsm, "api");
  await until("its restart", async () => (await tsm.list())["api"]!.restarts === 1);
  await tsm.ok("restart", "api");
  await tsm.ok("stop", "api");
  await tsm.ok("patrol");
  tsm.write("go", "");
  assertEquals(await untilLines(tsm, "told", 1), ["alive"]);
});

Deno.test("the supervisor's own events are told to what is set for all, also as it leaves", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", FOREVER, "--name", "api", "--on", `stop=cd ${tsm.work}; ${told("told")}`);
  await tsm.ok("set", "on.supervisor_stop", `cd ${tsm.work}; ${told("told")}`);
  await tsm.ok("shutdown");
  assertEquals(await untilLines(tsm, "told", 2), ["stop api", "supervisor_stop "]);
});

Deno.test("notify test shows what comes of each command, and fails where one does", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(66, "notify", "test"), "tsm set on.failure");
  await tsm.ok("set", "on.failure", "echo for all");
  const on = ["--on", 'crash=echo "$TSM_EVENT $TSM_NAME"; exit 4', "--on", "failure=echo fine"];
  await tsm.ok("start", FOREVER, "--name", "api", ...on);
  assertEquals(
    await tsm.ok("notify", "test"),
    "all: exited with code 0: echo for all\n  for all\n",
  );
  const { code, stdout, stderr } = await tsm.run(["notify", "test", "api"]);
  assertEquals(code, 1);
  assertMatch(stdout, /^api: exited with code 4: .*\n {2}test api$/m);
  assertMatch(stdout, /^api: exited with code 0: echo fine\n {2}fine$/m);
  assertStringIncludes(stderr, "1 of 2 failed");
  const json = JSON.parse((await tsm.run(["notify", "test", "api", "--json"])).stdout);
  assertEquals(json.map(({ exit_code }: { exit_code: number }) => exit_code), [4, 0]);
  assertStringIncludes(await tsm.fails(64, "notify"), "tsm notify test");
  assertStringIncludes(await tsm.fails(66, "notify", "test", "nobody"), "nobody");
});

Deno.test("an event that there is not is refused, and the nearest one told", async () => {
  await using tsm = new Tsm();
  const flag = await tsm.fails(64, "start", FOREVER, "--name", "a", "--on", "crsh=true");
  assertStringIncludes(flag, "did you mean 'crash'?");
  assertStringIncludes(
    await tsm.fails(64, "start", FOREVER, "--name", "a", "--on", "true"),
    "--on EVENT=COMMAND",
  );
  assertStringIncludes(await tsm.fails(64, "set", "on.crsh", "true"), "did you mean on.crash?");
  const processes = { a: { command: FOREVER, on: { unhelthy: "true" } } };
  const path = tsm.write("tsm.jsonc", JSON.stringify({ processes }));
  assertStringIncludes(await tsm.fails(64, "start", path), "did you mean 'unhealthy'?");
  assertEquals(await tsm.list(), {});
});

testNeeding(
  [ROOT_USER],
  "a command runs as the user of its process, and reads what it is told",
  async () => {
    await using tsm = new Tsm();
    Deno.chmodSync(tsm.work, 0o777);
    Deno.chmodSync(tsm.work.replace(/\/[^/]+$/, ""), 0o755);
    const command = 'crash={ id -un; echo "$A"; cat; } >told; echo done >done';
    const flags = ["--user", "nobody", "--env", "A=own", "--on", command];
    await tsm.ok("start", FOREVER, "--name", "api", ...flags);
    await kill(tsm, "api");
    await untilLines(tsm, "done", 1);
    const [user, a, json] = lines(tsm, "told");
    assertEquals([user, a, JSON.parse(json!).event], ["nobody", "own", "crash"]);
  },
);

testNeeding(
  MOUNT,
  "a disk that is nearly full is told of once, and a full one keeps no crash from being told",
  async () => {
    await using tsm = new Tsm();
    await mountRoot(tsm, "20m");
    try {
      await tsm.ok("set", "on.failure", `cd ${tsm.work}; ${told("told")}`);
      await tsm.ok("start", FOREVER, "--name", "api");
      assertEquals(await untilLines(tsm, "told", 1), ["disk "]);
      fill(tsm.root);
      await kill(tsm, "api");
      assertEquals((await untilLines(tsm, "told", 2))[1], "crash api");
      await until("the restart", async () => (await tsm.list())["api"]!.restarts === 1);
      await kill(tsm, "api");
      assertEquals((await untilLines(tsm, "told", 3))[2], "crash api");
    } finally {
      Deno.removeSync(`${tsm.root}/filler`);
      await unmountRoot(tsm);
    }
  },
);
