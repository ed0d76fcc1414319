import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { statIfThere } from "../../src/files/path_info.ts";
import { removeIfThere } from "../../src/files/replace_file.ts";
import { isRunning, Tsm, until } from "./harness.ts";

/** Stops the process `one`, whose pid is given, by way of the place its root was moved to. */
async function stopBelow(tsm: Tsm, moved: string, pid: number): Promise<void> {
  const { code, stderr } = await tsm.run(["--root", moved, "stop", "one"]);
  assertEquals(code, 0, stderr);
  assert(!isRunning(pid));
}

Deno.test("a removed supervisor.lock leaves one supervisor, and every process single", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const { one } = await tsm.list();
  const older = tsm.supervisorPid();
  await until("another supervisor", async () => {
    Deno.removeSync(tsm.path("runtime", "supervisor.lock"));
    // Nobody holds the new lock yet: this starts another supervisor, unless it comes so late on a
    // busy machine that the older one has seen the removal, and taken the new lock itself.
    await tsm.ok("start", "sleep 1000", "--name", "two", "--force");
    return tsm.supervisorPid() !== older;
  });
  await until("the end of the older supervisor", () => !isRunning(older));
  const newer = tsm.supervisorPid();
  assertNotEquals(newer, older);
  assert(isRunning(newer));
  assertEquals((await tsm.list())["one"], one);
  await tsm.ok("stop", "all");
  assert(!isRunning(one!.pid!));
});

Deno.test("a supervisor whose lock was removed takes it anew by itself", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const pid = tsm.supervisorPid();
  Deno.removeSync(tsm.path("runtime", "supervisor.lock"));
  await until("the lock", () => Deno.statSync(tsm.path("runtime", "supervisor.lock")));
  await tsm.ok("restart", "one");
  assertEquals(tsm.supervisorPid(), pid);
});

Deno.test("a supervisor.json that is removed or damaged is written anew, and clients wait for it", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const path = tsm.path("runtime", "supervisor.json");
  const before = Deno.readTextFileSync(path);
  for (const damage of [() => Deno.removeSync(path), () => Deno.writeTextFileSync(path, "{]")]) {
    damage();
    await tsm.ok("restart", "one");
    assertEquals(Deno.readTextFileSync(path), before);
  }
});

Deno.test("a supervisor whose root is moved leaves, its processes run on, and the root works where it is", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const { one } = await tsm.list();
  const pid = tsm.supervisorPid();
  const moved = `${tsm.work}/moved`;
  Deno.renameSync(tsm.root, moved);
  try {
    await until("its end", () => !isRunning(pid));
    assert(isRunning(one!.pid!));
    // Nothing is made where the root was.
    assertEquals([...Deno.readDirSync(tsm.root.replace(/\/root$/, ""))].length, 1);
    await stopBelow(tsm, moved, one!.pid!);
  } finally {
    await tsm.run(["--root", moved, "shutdown"]);
    Deno.renameSync(moved, tsm.root);
  }
});

Deno.test("a request to a supervisor whose root has just been moved is answered by the next one", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const { one } = await tsm.list();
  const moved = `${tsm.work}/moved`;
  Deno.renameSync(tsm.root, moved);
  try {
    await stopBelow(tsm, moved, one!.pid!);
  } finally {
    await tsm.run(["--root", moved, "shutdown"]);
    Deno.renameSync(moved, tsm.root);
  }
});

Deno.test("a supervisor whose root is removed leaves and makes nothing in its place", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  const { one } = await tsm.list();
  const pid = tsm.supervisorPid();
  Deno.removeSync(tsm.root, { recursive: true });
  await until("its end", () => !isRunning(pid));
  assert(isRunning(one!.pid!));
  assertThrows(() => Deno.statSync(tsm.root), Deno.errors.NotFound);
});

Deno.test("a removed db is made anew with the next event", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  Deno.removeSync(tsm.path("db"), { recursive: true });
  await tsm.ok("restart", "one");
  const [events] = [...Deno.readDirSync(tsm.path("db", "events"))];
  assertStringIncludes(tsm.read("db", "events", events!.name), '"restart"');
  assertStringIncludes(await tsm.ok("history", "one"), "restart");
});

/** Files that are written anew where something else is in their place. */
const WRITTEN_ANEW = [
  ["runtime", "boot.json"],
  ["runtime", "processes", "one", "current.out.idx"],
  ["runtime", "processes", "one", "current.out.rotation"],
];

for (const parts of WRITTEN_ANEW) {
  Deno.test(`a fifo in the place of ${parts.at(-1)} holds nothing up, and goes`, async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "echo here; exec sleep 1000", "--name", "one");
    await tsm.ok("shutdown", "--keep-processes");
    const path = tsm.path(...parts);
    await makeFifo(path);
    assertStringIncludes(await tsm.ok("logs", "one", "--no-follow", "--time"), "here");
    await tsm.ok("restart", "one", "--timeout", "30s");
    await until("the end of the fifo", () => !(statIfThere(path)?.isFifo ?? false));
    await tsm.ok("stop", "one", "--timeout", "30s");
  });
}

Deno.test("a fifo in the place of supervisor.lock holds no command up, and is named", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "one");
  await tsm.ok("shutdown", "--keep-processes");
  const path = tsm.path("runtime", "supervisor.lock");
  await makeFifo(path);
  assertEquals((await tsm.list())["one"]?.status, "online");
  assertStringIncludes(await tsm.fails(64, "restart", "one"), `'${path}': it is not a plain file`);
  Deno.removeSync(path);
  await tsm.ok("restart", "one");
});

/** Puts a fifo in the place of a file; who opens it waits for ever. */
async function makeFifo(path: string): Promise<void> {
  removeIfThere(path);
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert(success);
}
