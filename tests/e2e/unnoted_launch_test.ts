import { assertEquals, assertNotEquals } from "@std/assert";
import { readHistory } from "../../src/db/read_history.ts";
import { type Meta, readMeta, writeMeta } from "../../src/meta/metadata.ts";
import { processPaths, runtimeRoot } from "../../src/root.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** Starts `run` as 'api' and leaves the disk as a supervisor does that dies while it launches. */
async function launchedAndNotNoted(
  tsm: Tsm,
  run: string,
  noted: Partial<Meta> = {},
): Promise<number> {
  await tsm.ok("start", "-n", "api", "--", "sh", "-c", run);
  const root = runtimeRoot(tsm.root);
  const pid = (await tsm.list())["api"]!.pid!;
  await tsm.killSupervisor();
  const { start_time: _, ...meta } = readMeta(root, "api");
  writeMeta(root, {
    ...meta,
    pid: null,
    pid_start: null,
    start_time: null,
    status: "launching",
    intent: "start",
    ...noted,
  });
  return pid;
}

/** Starts a supervisor; gives the pid of 'api' when that is up. */
async function pidUnderTheNext(tsm: Tsm): Promise<number | null> {
  await tsm.ok("save", "--force");
  return await until("it to be up", async () => {
    const { status, pid } = (await tsm.list())["api"]!;
    return status === "online" ? pid : undefined;
  });
}

Deno.test("a process whose pid file alone tells of its launch is adopted", async () => {
  await using tsm = new Tsm();
  const pid = await launchedAndNotNoted(tsm, "exec env -i sleep 1000");
  assertEquals(await pidUnderTheNext(tsm), pid);
  const { pid_start, start_time, restarts } = (await tsm.list())["api"]!;
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  assertEquals(pid_start, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]));
  assertEquals([typeof start_time, restarts], ["number", 0]);
});

for (
  const [what, run] of [
    ["its environment", "exec sleep 1000 >/dev/null 2>&1"],
    ["its logs", "exec env -i sleep 1000"],
  ]
) {
  Deno.test(`a process that is found only by ${what} is ended before it is launched anew`, async () => {
    await using tsm = new Tsm();
    const pid = await launchedAndNotNoted(tsm, run!);
    Deno.removeSync(tsm.path("runtime", "pids", "api.pid"));
    assertNotEquals(await pidUnderTheNext(tsm), pid);
    assertEquals(isRunning(pid), false);
  });
}

Deno.test("a pid file from long before the process of its number is not believed", async () => {
  await using tsm = new Tsm();
  const pid = await launchedAndNotNoted(tsm, "exec sleep 1000");
  await using stranger = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  const path = processPaths(runtimeRoot(tsm.root), "api").pid;
  Deno.writeTextFileSync(path, `${stranger.pid}\n`);
  Deno.utimeSync(path, 1, 1);
  assertNotEquals(await pidUnderTheNext(tsm), stranger.pid);
  assertEquals([isRunning(pid), isRunning(stranger.pid)], [false, true]);
  stranger.kill();
});

/** What the history of 'api' tells: what happened, of which pid, and how it ended. */
function historyOf(tsm: Tsm): readonly (readonly unknown[])[] {
  return readHistory(runtimeRoot(tsm.root), "api")
    .map(({ event, pid, exit_code, reason }) => [event, pid, exit_code, reason]);
}

const CRASH = { exit_code: 3, reason: "exited with code 3", restarts: 1 } as const;

Deno.test("a crash that a killed supervisor had noted only in meta.json is recorded, once", async () => {
  await using tsm = new Tsm();
  const dead = await launchedAndNotNoted(tsm, "exec sleep 1000", CRASH);
  // Its next run was not launched yet.
  Deno.kill(dead, "SIGKILL");
  const next = await pidUnderTheNext(tsm);
  assertEquals(historyOf(tsm), [
    ["start", dead, undefined, undefined],
    ["online", dead, undefined, undefined],
    ["crash", dead, 3, "exited with code 3"],
    ["restart", next, undefined, "exited with code 3"],
    ["online", next, undefined, undefined],
  ]);
  await tsm.killSupervisor();
  assertEquals(await pidUnderTheNext(tsm), next);
  assertEquals(historyOf(tsm).filter(([event]) => event === "crash").length, 1);
});

Deno.test("such a crash is recorded before the run that followed it is adopted", async () => {
  await using tsm = new Tsm();
  const next = await launchedAndNotNoted(tsm, "exec sleep 1000", CRASH);
  // As if the history told of an earlier run.
  const path = tsm.path("db", "history", "api.jsonl");
  const earlier = Deno.readTextFileSync(path).replaceAll(`"pid":${next}`, '"pid":999999');
  Deno.writeTextFileSync(path, earlier);
  assertEquals(await pidUnderTheNext(tsm), next);
  assertEquals(historyOf(tsm).slice(2), [
    ["crash", 999999, 3, "exited with code 3"],
    ["adopt", next, undefined, undefined],
  ]);
  assertEquals((await tsm.list())["api"]!.restarts, 1);
});
