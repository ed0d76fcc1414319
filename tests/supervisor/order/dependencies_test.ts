import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  awaitDependencies,
  dependenciesCalled,
  type Dependency,
  resumeInOrder,
} from "../../../src/supervisor/order/dependencies.ts";
import {
  type FakeProcess,
  fakeProcess,
  fakeRun,
  healthState,
  makeSpec,
} from "../start/fake_process.ts";

/** Longer than any machine stands still. */
const PATIENT = { ready_timeout: 600_000 };

function awaitOne(
  process: FakeProcess,
  condition: Dependency["condition"],
  started?: Promise<unknown>,
): Promise<void> {
  return awaitDependencies([{ process, condition, started }]);
}

/** Whether it is still pending when all that is due has been done. */
async function isPending(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  promise.finally(() => settled = true).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 0));
  return !settled;
}

Deno.test("a word means the processes of the same file, else those of the same namespace", () => {
  const file = (name: string) => ({ config: { file: `/${name}`, digest: "1" }, app: "db" });
  const ours = fakeProcess("db-1", {}, file("a"));
  const theirs = fakeProcess("db-2", {}, file("b"));
  const elsewhere = fakeProcess("db", {}, { namespace: "other" });
  const all = [ours, theirs, elsewhere];
  assertEquals(dependenciesCalled(all, makeSpec(file("a")), "db"), [ours]);
  assertEquals(dependenciesCalled(all, makeSpec(file("c")), "db"), [ours, theirs]);
  assertEquals(dependenciesCalled(all, makeSpec({ namespace: "other" }), "db"), [elsewhere]);
  assertEquals(dependenciesCalled(all, makeSpec(), "db-2"), [theirs]);
  assertEquals(dependenciesCalled(all, makeSpec(), "d"), []);
});

Deno.test("'started' is waited for until it runs", async () => {
  const db = fakeProcess("db", { status: "waiting" }, PATIENT);
  const waiting = awaitOne(db, "started");
  assert(await isPending(waiting));
  db.run = fakeRun().run;
  await waiting;
});

Deno.test("'healthy' is waited for until its check passes, whether it runs or not", async () => {
  const db = fakeProcess("db", { status: "online" }, PATIENT);
  db.run = fakeRun().run;
  db.health = healthState("starting", null);
  const waiting = awaitOne(db, "healthy");
  assert(await isPending(waiting));
  db.health = healthState("healthy", null);
  await waiting;
});

Deno.test("'exited' is waited for until it ends with code 0, over a restart", async () => {
  const job = fakeProcess("job", { status: "online" });
  const [first, second] = [fakeRun(), fakeRun()];
  job.run = first.run;
  const waiting = awaitOne(job, "exited");
  assert(await isPending(waiting));
  job.run = second.run;
  first.end({ code: 1, signal: null });
  assert(await isPending(waiting));
  second.end({ code: 0, signal: null });
  await waiting;
  // One that ended long ago has done so too.
  await awaitOne(fakeProcess("job", { exit_code: 0 }), "exited");
});

Deno.test("what nothing will start is not waited for, and the reason is told", async () => {
  const down = fakeProcess("db", { status: "errored", reason: "exited with code 3" });
  const told = { started: "'db', which is errored", healthy: "'db' being healthy, which is" };
  for (const [condition, message] of Object.entries(told)) {
    await assertRejects(
      () => awaitOne(down, condition as Dependency["condition"]),
      Deno.errors.Interrupted,
      `it depends on ${message}`,
    );
  }
  const ended = "it depends on 'db' ending with code 0, but that is errored (exited with code 3)";
  await assertRejects(() => awaitOne(down, "exited"), Deno.errors.Interrupted, ended);
  const removed = { ...down, removed: true };
  await assertRejects(() => awaitOne(removed, "exited"), Deno.errors.Interrupted, "and removed");
});

Deno.test("what is not there in its ready_timeout is not waited for any longer", async () => {
  const db = fakeProcess("db", { status: "online" }, { ready_timeout: 1 });
  db.run = fakeRun().run;
  db.health = healthState("unhealthy", "it answers 500");
  await assertRejects(
    () => awaitOne(db, "healthy"),
    Deno.errors.TimedOut,
    "it depends on 'db' being healthy, which it has not become within 0.001 s (it answers 500)",
  );
});

Deno.test("a start that failed is the end, unless its policy starts it again or its end is wanted", async () => {
  const failing = () => Promise.reject(new Deno.errors.Interrupted("exited with code 1"));
  const down = fakeProcess("db", { exit_code: 0 });
  await assertRejects(
    () => awaitOne(down, "started", failing()),
    Deno.errors.Interrupted,
    "it depends on 'db', which could not be started",
  );
  await awaitOne(down, "exited", failing());
  const restarted = fakeProcess("db", { status: "online" });
  restarted.run = fakeRun().run;
  await awaitOne(restarted, "started", failing());
  const late = () => Promise.reject(new Deno.errors.TimedOut("not ready"));
  await assertRejects(() => awaitOne(restarted, "started", late()), Deno.errors.Interrupted);
});

Deno.test("what an earlier supervisor was about to start comes behind what it depends on", async () => {
  const db = fakeProcess("db", { status: "waiting" }, PATIENT);
  const done: string[] = [];
  const web = {
    spec: makeSpec({ depends_on: { db: "started" } }),
    giveUp: (reason: string) => Promise.resolve(void done.push(reason)),
    resume: () => Promise.resolve(void done.push("resumed")),
  };
  // It is behind the other one in the list, and not managed yet.
  const processes: FakeProcess[] = [];
  const resuming = resumeInOrder({ processes }, web);
  processes.push(db);
  assert(await isPending(resuming));
  assertEquals(done, []);
  db.run = fakeRun().run;
  await resuming;
  await resumeInOrder({ processes: [fakeProcess("db")] }, web);
  assertEquals(done[0], "resumed");
  assert(done[1]!.startsWith("it depends on 'db', which is stopped"), done[1]);
});
