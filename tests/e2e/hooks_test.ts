import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readTextIfThere } from "../../src/files/read_text.ts";
import { isRunning, Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

function steps(tsm: Tsm): string[] {
  return (readTextIfThere(`${tsm.work}/steps`) ?? "").split("\n").slice(0, -1);
}

function hasFile(tsm: Tsm, name: string): boolean {
  return [...Deno.readDirSync(tsm.work)].some((entry) => entry.name === name);
}

const RUN = "echo run $TSM_NAME >>steps; exec sleep 1000";

Deno.test("hooks run before each start and after each end, as the process would", async () => {
  await using tsm = new Tsm();
  const hooks = {
    pre_start: "echo pre $TSM_NAME $MODE >>steps; echo said by pre_start",
    post_stop: "echo post $TSM_NAME >>steps",
    timeout: 600_000,
  };
  const { failed } = await startAll(tsm, [
    { name: "web", run: RUN, explicit: { MODE: "test" }, settings: { hooks } },
  ]);
  assertEquals(failed, []);
  await until("the run", () => steps(tsm).length === 2);
  assertEquals(steps(tsm), ["pre web test", "run web"]);
  assertStringIncludes(tsm.read("runtime", "processes", "web", "current.out"), "said by pre_start");

  await tsm.ok("restart", "web");
  await until("the second run", () => steps(tsm).length === 5);
  assertEquals(steps(tsm).slice(2), ["post web", "pre web test", "run web"]);

  Deno.kill((await tsm.list())["web"]!.pid!, "SIGKILL");
  await until("the third run", () => steps(tsm).length === 8);
  assertEquals(steps(tsm).slice(5), ["post web", "pre web test", "run web"]);

  await tsm.ok("stop", "--keep", "web");
  await tsm.ok("stop", "web");
  assertEquals(steps(tsm).slice(8), ["post web"]);
});

Deno.test("a process whose pre_start fails is not started, and says why", async () => {
  await using tsm = new Tsm();
  const hooks = { pre_start: "echo no database >&2; exit 7", timeout: 600_000 };
  const { failed } = await startAll(tsm, [{ name: "web", run: RUN, settings: { hooks } }]);
  assertStringIncludes(failed[0]!.reason, "its pre_start hook");
  assertStringIncludes(failed[0]!.reason, "exited with code 7");
  assertStringIncludes(failed[0]!.reason, "no database");
  assertEquals(steps(tsm), []);
  assertEquals((await tsm.list())["web"]!.status, "stopped");
});

Deno.test("a pre_start that begins to fail is given up like a program that cannot stay up", async () => {
  await using tsm = new Tsm();
  tsm.write("may-run", "");
  const hooks = { pre_start: "test -e may-run", timeout: 600_000 };
  await startAll(tsm, [{ name: "web", run: RUN, settings: { hooks, max_restarts: 3 } }]);
  Deno.removeSync(`${tsm.work}/may-run`);
  Deno.kill((await tsm.list())["web"]!.pid!, "SIGKILL");
  await until("the end", async () => (await tsm.list())["web"]!.status === "errored");
  assertStringIncludes((await tsm.list())["web"]!.reason!, "pre_start");
});

Deno.test("a hook that takes too long is killed with all it started", async () => {
  await using tsm = new Tsm();
  const hooks = { pre_start: "sleep 1000 & echo $! >hook-pid; wait", timeout: 2000 };
  const { failed } = await startAll(tsm, [{ name: "web", run: RUN, settings: { hooks } }]);
  assertStringIncludes(failed[0]!.reason, "has not ended within 2 s");
  // On a slow machine it may have come to nothing in its time.
  const pid = Number(readTextIfThere(`${tsm.work}/hook-pid`) ?? "");
  await until("the end of the hook's child", () => !isRunning(pid));
});

Deno.test("a stop does not wait for a hook", async () => {
  await using tsm = new Tsm();
  const hooks = { pre_start: "touch begun; sleep 1000", timeout: 1_000_000 };
  const starting = startAll(tsm, [{ name: "web", run: RUN, settings: { hooks } }]);
  await until("the hook", () => hasFile(tsm, "begun"));
  await tsm.ok("stop", "web");
  assertStringIncludes((await starting).failed[0]!.reason, "was interrupted");
  assertEquals(await tsm.list(), {});
});

Deno.test("a supervisor killed during a hook leaves the start to the next one", async () => {
  await using tsm = new Tsm();
  const hooks = {
    pre_start: "echo $$ >>hooks; while test -e hold; do sleep 0.05; done",
    timeout: 600_000,
  };
  tsm.write("hold", "");
  const starting = startAll(tsm, [{ name: "web", run: RUN, settings: { hooks } }]).catch(() => {});
  const hooksRun = () => {
    const text = readTextIfThere(`${tsm.work}/hooks`) ?? "";
    // It is there before the first line is.
    return text.split("\n").slice(0, -1).map(Number);
  };
  await until("the hook", () => hooksRun().length === 1);
  await tsm.killSupervisor();
  await starting;
  await tsm.ok("save");
  await until("the hook again", () => hooksRun().length === 2);
  await until("the end of the first hook", () => !isRunning(hooksRun()[0]!));
  assert(steps(tsm).length === 0);
  Deno.removeSync(`${tsm.work}/hold`);
  await until("the run", () => steps(tsm).length === 1);
  await until("the state", async () => (await tsm.list())["web"]!.status === "online");
});

Deno.test("a supervisor killed during a post_stop leaves the exit known, and recorded once", async () => {
  await using tsm = new Tsm();
  tsm.write("hold", "");
  const hooks = {
    post_stop: "echo post >>steps; while test -e hold; do sleep 0.05; done",
    timeout: 600_000,
  };
  const run = "echo run >>steps; while test ! -e end; do sleep 0.05; done";
  const settings = { hooks, autorestart: "on-failure" } as const;
  await startAll(tsm, [{ name: "job", run, settings }]);
  await until("the run", () => steps(tsm).length === 1);
  tsm.write("end", "");
  await until("the hook", () => steps(tsm).length === 2);
  await tsm.killSupervisor();
  await tsm.ok("save");
  await until("the hook again", () => steps(tsm).length === 3);
  Deno.removeSync(`${tsm.work}/hold`);
  const { exit_code, reason } = await until("its end", async () => {
    const { job } = await tsm.list();
    return job?.pid === null ? job : undefined;
  });
  assertEquals([exit_code, reason], [0, "exited with code 0"]);
  assertEquals(steps(tsm), ["run", "post", "post"]);
  const history = tsm.read("db", "history", "job.jsonl").trim().split("\n");
  const ends = history.map((line) => JSON.parse(line).event)
    .filter((event) => event === "exit" || event === "crash");
  assertEquals(ends, ["exit"]);
});
