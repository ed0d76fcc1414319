import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

/** Awaits that the process `name` is listed so. */
function untilListed(
  tsm: Tsm,
  name: string,
  holds: (meta: NonNullable<Awaited<ReturnType<Tsm["list"]>>[string]>) => boolean,
) {
  return until(`${name} in the awaited state`, async () => {
    const meta = (await tsm.list())[name];
    return meta && holds(meta) ? meta : undefined;
  });
}

Deno.test("a program that cannot stay up is given up, with the reason and its last words", async () => {
  await using tsm = new Tsm();
  tsm.write("broken.sh", "echo no database >&2\nexit 3\n");
  // However long a slow machine takes for it, no run is a stable one.
  const patient = ["--min-uptime", "1m", "--wait=1m"];
  const said = await tsm.fails(1, "start", "sh broken.sh", "--name", "broken", ...patient);
  assertStringIncludes(said, "exited with code 3");
  assertStringIncludes(said, "no database");
  const meta = await untilListed(tsm, "broken", ({ status }) => status === "errored");
  assertEquals([meta.unstable_restarts, meta.restarts, meta.exit_code], [16, 15, 3]);
  assertEquals(meta.reason, "exited with code 3; 16 unstable restarts in a row");
  const described = await tsm.ok("describe", "broken");
  assertStringIncludes(described, "16 unstable restarts in a row");
  assertStringIncludes(described, "Last error on stderr\n  no database");

  await tsm.ok("reset", "broken");
  const reset = (await tsm.list())["broken"]!;
  assertEquals([reset.unstable_restarts, reset.restarts, reset.status], [0, 0, "errored"]);
});

Deno.test("policies are kept in spec.json and followed", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 0.2", "--name", "once", "--autorestart", "never");
  await tsm.run(["start", "sh -c 'sleep 0.2; exit 7'", "-n", "seven", "--stop-exit-codes", "7"]);
  await tsm.ok("start", "sh -c 'sleep 0.2'", "--name", "clean", "--autorestart", "on-failure");
  for (const name of ["once", "seven", "clean"]) {
    const meta = await untilListed(tsm, name, ({ status }) => status === "stopped");
    assertEquals(meta.restarts, 0);
    assertEquals(meta.pid, null);
  }
  const spec = JSON.parse(tsm.read("runtime", "processes", "seven", "spec.json"));
  assertEquals(spec.stop_exit_codes, [7]);
  // There is no pid, so nothing says there is one.
  const pids = () => [...Deno.readDirSync(tsm.path("runtime", "pids"))];
  await until("the last pid file to go", () => pids().length === 0);
});

Deno.test("a process that backs off is waiting, and ls says for how long", async () => {
  await using tsm = new Tsm();
  // Whether its early end is told as a failed start is not what this is about.
  await tsm.run(["start", "sh -c 'sleep 0.1; exit 1'", "-n", "later", "--restart-delay", "1h"]);
  const meta = await untilListed(tsm, "later", ({ status }) => status === "waiting");
  assertEquals([meta.pid, meta.reason], [null, "exited with code 1"]);
  assertMatch(await tsm.ok("ls"), /later .* waiting (\d\dm|1h) /);

  // Another supervisor keeps the appointment.
  await tsm.killSupervisor();
  await tsm.ok("reset", "later");
  assertEquals((await tsm.list())["later"]!.status, "waiting");
  assertEquals((await tsm.list())["later"]!.retry_at, meta.retry_at);
  // A start does not wait for it.
  await tsm.run(["start", "later"]);
  assertEquals(tsm.read("db", "history", "later.jsonl").split(`"event":"start"`).length - 1, 2);
});

Deno.test("a process that holds more memory than it may is restarted, the reason recorded", async () => {
  await using tsm = new Tsm();
  // The memory is a child's: the whole tree counts.
  tsm.write(
    "grow.sh",
    "sh -c 'x=$(head -c 40000000 /dev/zero | tr \"\\0\" x); sleep 1000' & wait\n",
  );
  const said = await tsm.ok("start", "sh grow.sh", "--name", "grow", "--max-memory", "20M");
  const pid = Number(/pid (\d+)/.exec(said)![1]);
  const meta = await untilListed(tsm, "grow", ({ restarts }) => restarts > 0);
  assertMatch(meta.reason!, /^memory: \d+\.\d MiB held, 20\.0 MiB allowed$/);
  assert(!isRunning(pid));
  assertStringIncludes(tsm.read("db", "history", "grow.jsonl"), `"event":"memory"`);
});

Deno.test("cron_restart restarts by the clock, and a wrong pattern is refused with an example", async () => {
  await using tsm = new Tsm();
  const said = await tsm.fails(64, "start", "sleep 1000", "--cron-restart", "61 * * * *");
  assertStringIncludes(said, `"61 * * * *"`);
  assertStringIncludes(said, `"0 3 * * *"`);
  assertEquals(await tsm.list(), {});
  // Not `ok`: its time may come in the very moments in which the start is watched.
  await tsm.run(["start", "sleep 1000", "--name", "tick", "--cron-restart", "* * * * * *"]);
  const { pid, restarts: before } = (await tsm.list())["tick"]!;
  const meta = await untilListed(tsm, "tick", ({ restarts }) => restarts > before);
  assertEquals(meta.reason, "cron_restart * * * * * *");
  assert(!isRunning(pid!));
  await tsm.ok("stop", "--keep", "tick");
  const { restarts } = (await tsm.list())["tick"]!;
  // While the clock restarts another one twice, what was stopped stays so.
  await tsm.run(["start", "sleep 1000", "--name", "tock", "--cron-restart", "* * * * * *"]);
  await untilListed(tsm, "tock", ({ restarts }) => restarts >= 2);
  const after = (await tsm.list())["tick"]!;
  assertEquals([after.restarts, after.status], [restarts, "stopped"]);
});
