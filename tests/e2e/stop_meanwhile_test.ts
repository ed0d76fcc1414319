import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";
import { resurrect } from "./resurrection.ts";
import { startAll } from "./start_all.ts";

const RUN = "exec sleep 1000";

/** Hooks that hold up a start as long as the file `hold` is there, and say so. */
const HELD = { pre_start: "echo >held; while test -e hold; do sleep 0.5; done", timeout: 600_000 };

/** Does not end before the file `going` is gone. */
const SLOW = "trap 'while test -e going; do sleep 0.1; done; exit' TERM; echo >up; " +
  "while :; do sleep 0.1; done";

async function statusOf(tsm: Tsm, name: string): Promise<string | undefined> {
  return (await tsm.list())[name]?.status;
}

function release(tsm: Tsm, file = "hold"): void {
  Deno.removeSync(`${tsm.work}/${file}`);
}

Deno.test("what is stopped while it waits for its turn stays stopped", async () => {
  await using tsm = new Tsm();
  tsm.write("hold", "");
  const starting = startAll(tsm, [
    { name: "first", run: RUN, settings: { priority: -1, hooks: HELD } },
    { name: "next", run: RUN },
  ]);
  await until("the list", async () => await statusOf(tsm, "next"));
  await tsm.ok("stop", "--keep", "next");
  release(tsm);
  const { started, failed } = await starting;
  assertEquals(started.map(({ name }) => name), ["first"]);
  assertEquals(failed.map(({ name }) => name), ["next"]);
  assertStringIncludes(failed[0]!.reason, "it was stopped meanwhile");
  assertEquals(await statusOf(tsm, "next"), "stopped");
});

Deno.test("nothing is started any more once a shutdown has begun", async () => {
  await using tsm = new Tsm();
  for (const file of ["hold", "going"]) tsm.write(file, "");
  await startAll(tsm, [
    { name: "slow", run: SLOW, settings: { kill_timeout: 600_000 } },
    { name: "bad", run: "exit 3", settings: { max_restarts: 1 } },
  ]);
  await until("its trap", () => Deno.statSync(`${tsm.work}/up`));
  await until("the other one's end", async () => await statusOf(tsm, "bad") === "errored");
  const { reason } = (await tsm.list())["bad"]!;
  const starting = startAll(tsm, [
    { name: "first", run: RUN, settings: { priority: -1, hooks: HELD } },
    { name: "next", run: RUN },
  ]);
  await until("the hook", () => Deno.statSync(`${tsm.work}/held`));
  const leaving = tsm.run(["shutdown"]);
  try {
    // The first one is cut short, which makes it the turn of the next one.
    const { started, failed } = await starting;
    assertEquals(started, []);
    assertEquals(failed.map(({ name }) => name).sort(), ["first", "next"]);
    await assertRejects(
      () => startAll(tsm, [{ name: "late", run: RUN }, { name: "bad", run: RUN }]),
      Deno.errors.NotConnected,
      "is shutting down",
    );
  } finally {
    release(tsm, "going");
  }
  assertEquals((await leaving).code, 0);
  const list = await tsm.list();
  assertEquals(Object.values(list).map(({ name, status }) => `${name} ${status}`).sort(), [
    "bad errored",
    "first stopped",
    "next stopped",
    "slow stopped",
  ]);
  assertEquals(list["bad"]!.reason, reason);
});

Deno.test("a reload does not start the instance that is stopped meanwhile", async () => {
  await using tsm = new Tsm();
  await startAll(
    tsm,
    [0, 1].map((instance) => ({
      name: "work",
      run: RUN,
      settings: { app: "work", instance, instances: 2, min_uptime: 200, hooks: HELD },
    })),
  );
  tsm.write("hold", "");
  const reloading = tsm.run(["reload", "work"]);
  await until("its hook", async () => await statusOf(tsm, "work-0") === "launching");
  await tsm.ok("stop", "--keep", "work-1");
  release(tsm);
  const { code, stderr } = await reloading;
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it was stopped meanwhile");
  const list = await tsm.list();
  assertEquals([list["work-0"]!.status, list["work-1"]!.status], ["online", "stopped"]);
});

Deno.test("a restart of very many does not start the one that is stopped meanwhile", async () => {
  await using tsm = new Tsm();
  const many = Array.from({ length: 64 }, (_, i) => ({ name: `w${i}`, run: RUN }));
  await startAll(tsm, [
    ...many.map((one) => ({ ...one, settings: { hooks: HELD } })),
    { name: "last", run: RUN, settings: { priority: 1 } },
  ]);
  tsm.write("hold", "");
  const restarting = tsm.run(["restart", "all"]);
  await until("their hooks", async () => {
    const metas = Object.values(await tsm.list());
    return metas.filter(({ status }) => status === "launching").length === 64;
  });
  await tsm.ok("stop", "--keep", "last");
  release(tsm);
  assertStringIncludes((await restarting).stderr, "it was stopped meanwhile");
  assertEquals(await statusOf(tsm, "last"), "stopped");
  const history = JSON.parse(await tsm.ok("history", "last", "--json"));
  assertEquals(history.map(({ event }: { event: string }) => event), ["start", "online", "stop"]);
});

Deno.test("what is stopped while it waits to be resurrected stays stopped, or removed", async () => {
  await using tsm = new Tsm();
  await startAll(tsm, [
    { name: "first", run: RUN, settings: { priority: -1, hooks: HELD } },
    { name: "kept", run: RUN },
    { name: "gone", run: RUN },
  ]);
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  tsm.write("hold", "");
  const resurrecting = resurrect(tsm);
  await until("the list", async () => Object.keys(await tsm.list()).length === 3);
  await tsm.ok("stop", "--keep", "kept");
  await tsm.ok("stop", "gone");
  release(tsm);
  const { resurrected, failed } = await resurrecting;
  assertEquals([resurrected, Object.keys(failed).sort()], [["first"], ["gone", "kept"]]);
  const list = await tsm.list();
  assertEquals(Object.keys(list).sort(), ["first", "kept"]);
  assertEquals(list["kept"]!.status, "stopped");
});

Deno.test("a start that fails does not remove what another start has just started", async () => {
  await using tsm = new Tsm();
  tsm.write("hold", "");
  const hook = "while test -e hold; do sleep 0.1; done; exit 7";
  const hooks = ["--pre-start", hook, "--hook-timeout", "10m"];
  const failing = tsm.run(["start", "sleep 1000", "--name", "w", ...hooks]);
  await until("the first start", async () => await statusOf(tsm, "w"));
  const starting = startAll(tsm, [{ name: "w", run: RUN }, { name: "x", run: RUN }]);
  // Both are asked to start at the same time; the one waits until the hook has ended.
  await until("the other start", async () => await statusOf(tsm, "x") === "online");
  release(tsm);
  const { code, stderr } = await failing;
  assertEquals(code, 1);
  assertStringIncludes(stderr, "exited with code 7");
  const { started, failed } = await starting;
  assertEquals([started.map(({ name }) => name), failed], [["w", "x"], []]);
  assertEquals(await statusOf(tsm, "w"), "online");
});

Deno.test("a start that fails because of a stop that keeps it does not remove it", async () => {
  await using tsm = new Tsm();
  tsm.write("hold", "");
  const hooks = ["--pre-start", HELD.pre_start, "--hook-timeout", "10m"];
  const starting = tsm.run(["start", "sleep 1000", "--name", "w", ...hooks]);
  await until("the hook", () => Deno.statSync(`${tsm.work}/held`));
  await tsm.ok("stop", "--keep", "w");
  release(tsm);
  assertEquals((await starting).code, 1);
  assertEquals(await statusOf(tsm, "w"), "stopped");
});
