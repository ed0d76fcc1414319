import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, type TsmEvent } from "../../mod.ts";
import { settlesWithin } from "../../src/async/settles_within.ts";
import { Tsm, tsmCommand, until } from "../e2e/harness.ts";

/** Enough for anything that is not stuck, in milliseconds. */
const LONG = 60_000;

/** The next event that is about a process. */
async function nextOf(events: AsyncGenerator<TsmEvent>): Promise<string> {
  for (;;) {
    const next = await settlesWithin(events.next(), LONG);
    assert(next && !next.done, "no event came");
    const { event, name } = next.value;
    if (name !== null) return `${event} ${name}`;
  }
}

Deno.test("a program starts, scales, watches and stops processes", async () => {
  await using cli = new Tsm();
  await cli.ok("ping", "--start");
  const tsm = await connect({ root: cli.root });
  const environment = { PATH: Deno.env.get("PATH")!, HOME: cli.work };
  const { started } = await tsm.start({
    command: ["sh", "-c", "echo level $LEVEL; exec sleep 1000"],
    name: "web",
    cwd: cli.work,
    env: { LEVEL: "debug" },
    settings: { kill_timeout: 2000 },
  }, { environment });
  assertEquals(started.map(({ name, status }) => [name, status]), [["web", "online"]]);
  await until("its line", async () => (await tsm.logs("web")).length > 0);
  assertEquals((await tsm.logs("web", { grep: "level" })).map(({ line }) => line), ["level debug"]);
  assertEquals((await tsm.describe("web")).set.includes("kill_timeout"), true);
  assertEquals((await tsm.scale("web", "+1")).instances, 2);
  assertEquals((await tsm.processes()).length, 2);
  assertEquals((await tsm.restart("all")).failed, []);
  assertEquals((await tsm.metrics("web", { points: 3 })).length, 3);
  assertEquals(Object.keys(await tsm.allMetrics()).length, 2);
  assert((await tsm.history("web")).some(({ event }) => event === "restart"));
  assertEquals((await tsm.report({ since: "1h" })).length, 2);
  assert((await tsm.recordedEvents()).length > 4);
  assertEquals((await tsm.stop(["all"])).failed, []);
  assertEquals(await tsm.processes(), []);
});

Deno.test("what the supervisor refuses is an error of the runtime's classes", async () => {
  await using cli = new Tsm();
  await assertRejects(
    () => connect({ root: cli.root }),
    Deno.errors.NotConnected,
    "'tsm ping --start' starts one",
  );
  await cli.ok("ping", "--start");
  const tsm = await connect({ root: cli.root });
  await assertRejects(() => tsm.describe("nobody"), Deno.errors.NotFound, "no process 'nobody'");
  await assertRejects(() => tsm.restart("nobody"), Deno.errors.NotFound);
  await assertRejects(() => tsm.logs("x", { since: "yesterday" }), Deno.errors.InvalidData);
  const missing = { command: ["./no-such-program"], cwd: cli.work };
  await assertRejects(() => tsm.start(missing), Deno.errors.NotFound);
  await cli.ok("shutdown");
  await assertRejects(() => tsm.processes(), Deno.errors.NotConnected);
});

Deno.test("connect({ start: true }) starts a supervisor where there is none, once", async () => {
  await using cli = new Tsm();
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  const program = cli.write("tsm", `#!/bin/sh\nexec ${words} "$@"\n`, 0o755);
  const options = { root: cli.root, start: true, program };
  const { pid } = await (await connect(options)).info();
  assertEquals((await (await connect(options)).info()).pid, pid);
  await cli.ok("shutdown");
  const error = await assertRejects(
    () => connect({ ...options, program: `${cli.work}/nothing` }),
    Deno.errors.NotConnected,
  );
  assertStringIncludes(error.message, "cannot run");
});

Deno.test("events go on over a supervisor that is killed and its successor, and none is missed", async () => {
  await using cli = new Tsm();
  await cli.ok("start", "sleep 1000", "--name", "web");
  const tsm = await connect({ root: cli.root });
  const abort = new AbortController();
  const events = tsm.events({ since: "1h", signal: abort.signal });
  assertEquals([await nextOf(events), await nextOf(events)], ["start web", "online web"]);
  // Nobody is listening when the next supervisor adopts it and stops it.
  await cli.killSupervisor();
  await cli.ok("ping", "--start");
  await cli.ok("stop", "web");
  await cli.ok("start", "sleep 1000", "--name", "api");
  assertEquals(await nextOf(events), "adopt web");
  assertEquals(await nextOf(events), "stop web");
  assertEquals(await nextOf(events), "start api");
  assertEquals(await nextOf(events), "online api");
  const end = events.next();
  abort.abort();
  assertEquals((await settlesWithin(end, LONG))?.done, true);
});

Deno.test("a log is followed line by line", async () => {
  await using cli = new Tsm();
  const tick = "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.05; done";
  await cli.ok("start", tick, "--name", "clock");
  const tsm = await connect({ root: cli.root });
  const seen: number[] = [];
  for await (const { line } of tsm.followLogs("clock", { lines: 1, grep: "^tick [0-9]+$" })) {
    seen.push(Number(line.slice("tick ".length)));
    if (seen.length === 20) break;
  }
  assertEquals(seen, seen.map((_, index) => seen[0]! + index));
});
