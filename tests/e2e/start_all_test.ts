import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

/** A health check that passes when the file is there. */
function healthFile(file: string, retries = 1000) {
  return {
    type: "command" as const,
    command: `test -e ${file}`,
    interval: 100,
    timeout: 5000,
    retries,
    grace: 0,
  };
}

/** Longer than any machine stands still. */
const PATIENT = { ready_timeout: 600_000 };

/** The names of the processes that have been started, in that order. */
function order(tsm: Tsm): string[] {
  const days = [...Deno.readDirSync(tsm.path("db", "events"))].map(({ name }) => name).sort();
  return days.flatMap((day) => tsm.read("db", "events", day).split("\n").slice(0, -1))
    .map((line) => JSON.parse(line) as { event: string; name: string })
    .filter(({ event }) => event === "start").map(({ name }) => name);
}

Deno.test("many processes start at once, and those that run stay as they are", async () => {
  await using tsm = new Tsm();
  const wanted = Array.from({ length: 40 }, (_, i) => ({ name: `w${i}`, run: "exec sleep 1000" }));
  const first = await startAll(tsm, wanted);
  assertEquals([first.started.length, first.unchanged, first.failed], [40, [], []]);
  const again = await startAll(tsm, wanted);
  assertEquals([again.started, again.unchanged.length, again.failed], [[], 40, []]);
  const forced = await startAll(tsm, wanted.slice(0, 2), { if_running: "restart" });
  assertEquals(forced.started.map(({ name, restarts }) => [name, restarts]), [["w0", 1], [
    "w1",
    1,
  ]]);

  await tsm.ok("restart", "all");
  const restarts = Object.values(await tsm.list()).map((meta) => meta.restarts);
  assertEquals(restarts.toSorted(), [...Array<number>(38).fill(1), 2, 2]);
});

Deno.test("instances are called by their port, or else by their number", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const of = (app: string, instance: number) => ({ app, instance, instances: 2 });
  const { started } = await startAll(tsm, [
    { name: "api", run, port: 31410, settings: of("api", 0) },
    { name: "api", run, port: 31411, settings: of("api", 1) },
    { name: "work", run, settings: of("work", 0) },
    { name: "work", run, settings: of("work", 1) },
  ]);
  assertEquals(started.map(({ name }) => name).sort(), [
    "api-31410",
    "api-31411",
    "work-0",
    "work-1",
  ]);
  // The name of the app means them all.
  assertStringIncludes(await tsm.ok("stop", "api"), "api-31411");
  assertEquals(Object.keys(await tsm.list()).sort(), ["work-0", "work-1"]);
});

Deno.test("all that is wrong is told at once, and nothing is started", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const error = await assertRejects(() =>
    startAll(tsm, [
      { name: "good", run },
      { name: "a", run, settings: { depends_on: { b: "started" } } },
      { name: "b", run, settings: { depends_on: { c: "started" } } },
      { name: "c", run, settings: { depends_on: { a: "started" } } },
      { name: "lost", run, settings: { depends_on: { nobody: "started" } } },
      { name: "sick", run, settings: { depends_on: { good: "healthy" } } },
      { name: "p", run, port: 31420 },
      { name: "q", run, port: 31420 },
      { name: "good", run },
      { name: "env", run, settings: { env_file: "/nonexistent/.env" } },
      { name: "tcp", run, settings: { wait_ready: "port" } },
    ]), Deno.errors.InvalidData);
  for (
    const part of [
      "a: it depends on itself: a → b → c → a",
      "lost: it depends on 'nobody', which is neither to be started nor there",
      "sick: it depends on 'good' being healthy, but that has no health check",
      "q-31420: it has the port 31420, as 'p-31420' has",
      "good: it is there twice",
      "/nonexistent/.env",
      "tcp: it is to be waited for until it listens on its port, but it has none",
    ]
  ) assertStringIncludes(error.message, part);
  assertEquals(await tsm.list(), {});
});

Deno.test("what depends on others waits until they are started, healthy or done", async () => {
  await using tsm = new Tsm();
  const starting = startAll(tsm, [
    {
      name: "web",
      run: "exec sleep 1000",
      settings: { depends_on: { db: "healthy", migrate: "exited" } },
    },
    { name: "proxy", run: "exec sleep 1000", settings: { depends_on: { web: "started" } } },
    {
      name: "migrate",
      run: "while ! test -e may-end; do sleep 0.05; done",
      settings: { autorestart: "never" },
    },
    { name: "db", run: "exec sleep 1000", settings: { health: healthFile("up"), ...PATIENT } },
  ]);
  await until("the start of what depends on nothing", async () => {
    const { migrate, db } = await tsm.list();
    return migrate?.status === "online" && db?.status === "online";
  });
  // The one is there late, then the other.
  tsm.write("may-end", "");
  await until(
    "the end of the migration",
    async () => (await tsm.list())["migrate"]!.status === "stopped",
  );
  assertEquals((await tsm.list())["web"]!.pid, null);
  tsm.write("up", "");
  const { started, failed } = await starting;
  assertEquals([started.length, failed], [4, []]);
  assertEquals(order(tsm).slice(0, 2).sort(), ["db", "migrate"]);
  assertEquals(order(tsm).slice(2), ["web", "proxy"]);
  const { web, proxy } = await tsm.list();
  assert(web!.pid_start! < proxy!.pid_start!);
});

Deno.test("a dependency that never becomes what it must fails those that wait for it, and says why", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const { started, failed } = await startAll(tsm, [
    { name: "db", run, settings: { health: healthFile("never"), ready_timeout: 500 } },
    { name: "web", run, settings: { depends_on: { db: "healthy" } } },
    { name: "proxy", run, settings: { depends_on: { web: "started" } } },
    {
      name: "job",
      run: "exit 3",
      // However late it ends, its start has not been a success before.
      settings: {
        autorestart: "never",
        health: healthFile("never"),
        wait_ready: "health",
        ...PATIENT,
      },
    },
    { name: "after", run, settings: { depends_on: { job: "exited" } } },
    { name: "alone", run },
  ]);
  assertEquals(started.map(({ name }) => name).sort(), ["alone", "db"]);
  const messages = Object.fromEntries(failed.map(({ name, reason }) => [name, reason]));
  assertEquals(Object.keys(messages).sort(), ["after", "job", "proxy", "web"]);
  const tooLate = "it depends on 'db' being healthy, which it has not become within 0.5 s";
  assertStringIncludes(messages["web"]!, tooLate);
  assertStringIncludes(messages["proxy"]!, "it depends on 'web', which could not be started");
  assertStringIncludes(messages["after"]!, "it depends on 'job' ending with code 0");
  assertStringIncludes(messages["after"]!, "exited with code 3");
  // They are listed, with the reason.
  const { web } = await tsm.list();
  assertEquals(web!.status, "errored");
  assertStringIncludes(web!.reason!, "it depends on 'db'");
  // Where it has been checked, its last answer is told.
  await until(
    "a check",
    async () => JSON.parse(await tsm.ok("describe", "db", "--json")).health.reason,
  );
  const late = await startAll(tsm, [
    { name: "late", run, settings: { depends_on: { db: "healthy" } } },
  ]);
  assertStringIncludes(
    late.failed[0]!.reason,
    `${tooLate} ('test -e never' exited with code 1)`,
  );
});

Deno.test("those of a low priority are started first, but no one waits for what waits itself", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const starting = startAll(tsm, [
    { name: "c", run, settings: { priority: 5 } },
    { name: "d", run, settings: { priority: 5, health: healthFile("up"), ...PATIENT } },
    { name: "a", run, settings: { priority: -1 } },
    { name: "b", run, settings: { priority: 0, depends_on: { d: "healthy" } } },
  ]);
  await until("the start of all but one", () => order(tsm).length === 3);
  tsm.write("up", "");
  await starting;
  const names = order(tsm);
  assertEquals([names[0], names[3]], ["a", "b"]);
});

Deno.test("what is resurrected is started in the same order", async () => {
  await using tsm = new Tsm();
  await startAll(tsm, [
    {
      name: "web",
      run: "exec sleep 1000",
      settings: { depends_on: { db: "healthy" }, priority: -5 },
    },
    { name: "db", run: "exec sleep 1000", settings: { health: healthFile(".") } },
  ]);
  await tsm.ok("save");
  await tsm.ok("stop", "all");
  await tsm.ok("resurrect");
  const list = await tsm.list();
  assertEquals([list["db"]!.status, list["web"]!.status], ["online", "online"]);
  assert(list["db"]!.pid_start! < list["web"]!.pid_start!);
});

Deno.test("a supervisor killed while processes wait for others leaves them to the next one", async () => {
  await using tsm = new Tsm();
  const starting = startAll(tsm, [
    { name: "db", run: "exec sleep 1000", settings: { health: healthFile("up"), ...PATIENT } },
    {
      name: "web",
      run: "echo up >>ups; exec sleep 1000",
      settings: { depends_on: { db: "healthy" } },
    },
  ]).catch(() => {});
  await until("the start of the first", async () => (await tsm.list())["db"]?.status === "online");
  await tsm.killSupervisor();
  await starting;
  await tsm.ok("save");
  assertEquals((await tsm.list())["web"]!.pid, null);
  tsm.write("up", "");
  await until("the second", async () => (await tsm.list())["web"]!.status === "online");
  await until("its line", () => Deno.readTextFileSync(`${tsm.work}/ups`) === "up\n");
});

Deno.test("apps of the same name from two files are two apps", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const [ours, theirs] = ["a", "b"].map((repository) => ({
    config: { file: tsm.write(`${repository}.jsonc`, "{}"), digest: "1" },
  }));
  const db = { name: "db", run };
  const app = { app: "db", instances: 2 };
  await startAll(tsm, [{
    ...db,
    port: 31430,
    // Whoever waited for it would wait in vain.
    settings: { ...ours, app: "db", health: healthFile("never") },
  }]);
  const { started, failed } = await startAll(tsm, [
    { ...db, port: 31440, settings: { ...theirs, ...app, health: healthFile(".") } },
    { ...db, port: 31441, settings: { ...theirs, ...app, instance: 1, health: healthFile(".") } },
    {
      name: "web",
      run,
      settings: { ...theirs, depends_on: { db: "healthy" }, ready_timeout: 5000 },
    },
  ]);
  assertEquals([started.length, failed], [3, []]);
  // One that comes later does not wait for the other file's either.
  const late = await startAll(tsm, [
    { name: "late", run, settings: { ...theirs, depends_on: { db: "healthy" } } },
  ]);
  assertEquals([late.started.length, late.failed], [1, []]);
  await tsm.ok("scale", "db-31440", "1");
  assertEquals(Object.keys(await tsm.list()).sort(), ["db-31430", "db-31440", "late", "web"]);

  const error = await assertRejects(
    () =>
      startAll(tsm, [{ ...db, port: 31430, settings: { ...theirs } }], { if_running: "restart" }),
    Deno.errors.InvalidData,
  );
  assertStringIncludes(error.message, "a.jsonc' has started a process of that name");
});

Deno.test("who waits for the end of a process that is removed is told", async () => {
  await using tsm = new Tsm();
  const starting = startAll(tsm, [
    { name: "job", run: "exec sleep 1000", settings: { autorestart: "never" } },
    { name: "after", run: "exec sleep 1000", settings: { depends_on: { job: "exited" } } },
  ]);
  await until("the job", async () => (await tsm.list())["job"]?.status === "online");
  await tsm.ok("stop", "job");
  const { failed } = await starting;
  assertEquals(failed.map(({ name }) => name), ["after"]);
  assertStringIncludes(failed[0]!.reason, "'job', which has been stopped and removed");
});

Deno.test("a dependency that its policy restarts at once is waited for", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const { started, failed } = await startAll(tsm, [
    {
      name: "db",
      run: "test -e up || { touch up; exit 1; }; exec sleep 1000",
      settings: { health: healthFile("up") },
    },
    { name: "web", run, settings: { depends_on: { db: "healthy" } } },
  ]);
  assertEquals(started.map(({ name }) => name).filter((name) => name === "web"), ["web"]);
  assertEquals(failed.filter(({ name }) => name === "web"), []);
});

Deno.test("what cannot be made holds up only what depends on it", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  await tsm.ok("save", "--force");
  // No process of tsm's, so no start can make one of that name.
  Deno.writeTextFileSync(tsm.path("runtime", "processes", "bad"), "");
  const { started, failed } = await startAll(tsm, [
    { name: "first", run },
    { name: "bad", run },
    { name: "after", run, settings: { depends_on: { bad: "started" } } },
    { name: "last", run },
  ]);
  assertEquals(started.map(({ name }) => name), ["first", "last"]);
  const messages = Object.fromEntries(failed.map(({ name, reason }) => [name, reason]));
  assertStringIncludes(messages["bad"]!, "is in the way");
  assertStringIncludes(messages["after"]!, "it depends on 'bad', which could not be started");
  assertEquals((await tsm.list())["after"]!.status, "errored");

  Deno.writeTextFileSync(tsm.path("runtime", "processes", "first-1"), "");
  assertStringIncludes(await tsm.fails(1, "scale", "first", "3"), "is in the way");
  const { "first-2": other } = await tsm.list();
  assertEquals(other!.status, "online");
});

Deno.test("what is stopped while it waits for another stays stopped", async () => {
  await using tsm = new Tsm();
  const run = "exec sleep 1000";
  const starting = startAll(tsm, [
    { name: "db", run, settings: { health: healthFile("up"), ...PATIENT } },
    { name: "web", run, settings: { depends_on: { db: "healthy" } } },
  ]);
  await until("the first", async () => (await tsm.list())["db"]?.status === "online");
  await tsm.ok("stop", "--keep", "web");
  tsm.write("up", "");
  const { failed } = await starting;
  assertEquals(failed.map(({ name }) => name), ["web"]);
  assertStringIncludes(failed[0]!.reason, "it was stopped meanwhile");
  assertEquals((await tsm.list())["web"]!.status, "stopped");
});
