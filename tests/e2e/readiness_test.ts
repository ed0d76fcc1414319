/** Readiness as a state of a process, and of those that are ready when they have written a line. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";

/** Writes `ready` when the file `go` is there. */
const LATE = "echo begun; until test -e go; do sleep 0.05; done; echo ready >&2; exec sleep 1000";

function untilReadiness(tsm: Tsm, name: string, expected: string) {
  return until(`${name} to be ${expected}`, async () => {
    const meta = (await tsm.list())[name];
    return meta?.readiness === expected ? meta : undefined;
  });
}

Deno.test("a start waits for a line, and a restart for one of its own", async () => {
  await using tsm = new Tsm();
  const start = tsm.run(["start", LATE, "--name", "api", "--wait-ready", "log:/^READY$/i"]);
  assertEquals((await untilReadiness(tsm, "api", "pending")).status, "launching");
  tsm.write("go", "");
  assertEquals((await start).code, 0);
  const { status, output_from } = (await tsm.list())["api"]!;
  assertEquals([status, output_from], ["online", undefined]);
  Deno.removeSync(`${tsm.work}/go`);
  const restart = tsm.run(["restart", "api"]);
  // The line of the run before is in the log, and does not count.
  await until(
    "the next run",
    () => tsm.read("runtime/processes/api/current.out") === "begun\nbegun\n",
  );
  assertEquals((await untilReadiness(tsm, "api", "pending")).output_from, [6, 6]);
  tsm.write("go", "");
  assertEquals((await restart).code, 0);
});

Deno.test("a supervisor that comes up meanwhile searches from the launch on", async () => {
  await using tsm = new Tsm();
  const start = tsm.run(["start", LATE, "--name", "api", "--wait-ready", "log:/^ready$/"]);
  const { pid } = await untilReadiness(tsm, "api", "pending");
  Deno.kill(tsm.supervisorPid(), "SIGSTOP");
  tsm.write("go", "");
  await until("its line", () => tsm.read("runtime/processes/api/current.err") === "ready\n");
  await tsm.killSupervisor();
  assertEquals((await untilReadiness(tsm, "api", "ready")).pid, pid);
  await start;
});

Deno.test("a pattern that cannot be searched for is refused at the start", async () => {
  await using tsm = new Tsm();
  for (
    const [pattern, told] of [
      ["log:/(?=a)b/", "without look-around and back references"],
      ["log:/(/", "this is no regular expression"],
      ["log:ready", 'written as "log:/PATTERN/"'],
    ]
  ) {
    const said = await tsm.fails(64, "start", "sleep 1000", "--wait-ready", pattern!);
    assertStringIncludes(said, told!);
  }
  assertEquals(await tsm.list(), {});
  tsm.write(
    "tsm.json",
    `{ "processes": { "api": { "command": "sleep 9", "wait_ready": "log:/(a)\\\\1/" } } }`,
  );
  assertStringIncludes(await tsm.fails(64, "validate", "tsm.json"), "the syntax of RE2");
});

Deno.test("after a crash it is launching until it is ready again, and others wait for that", async () => {
  await using tsm = new Tsm();
  tsm.write("go", "");
  const flags = ["--wait-ready", "health", "--health-cmd", "test -e go"];
  await tsm.ok("start", "sleep 1000", "--name", "db", ...flags, "--health-interval", "1h");
  Deno.removeSync(`${tsm.work}/go`);
  const { pid } = (await tsm.list())["db"]!;
  Deno.kill(pid!, "SIGKILL");
  await until("the next run", async () => (await tsm.list())["db"]!.restarts === 1);
  assertEquals((await untilReadiness(tsm, "db", "pending")).status, "launching");
  const waiting = tsm.run(["start", "sleep 1000", "--name", "api", "--depends-on", "db"]);
  await until("the start of api", async () => (await tsm.list())["api"] !== undefined);
  assertEquals((await tsm.list())["api"]!.pid, null);
  tsm.write("go", "");
  assertEquals((await waiting).code, 0);
  assertEquals((await untilReadiness(tsm, "db", "ready")).status, "online");
  const events = tsm.read("db", "history", "db.jsonl").trimEnd().split("\n")
    .map((line) => JSON.parse(line).event);
  assertEquals(events, ["start", "online", "ready", "crash", "restart", "online", "ready"]);
});
