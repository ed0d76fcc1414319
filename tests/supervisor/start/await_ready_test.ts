import { assertEquals, assertRejects } from "@std/assert";
import {
  awaitReady,
  type AwaitReadyOptions,
  patienceFor,
} from "../../../src/supervisor/start/await_ready.ts";
import type { SpecSettings } from "../../../src/settings/table/settings_table.ts";
import { TemporaryRoot } from "../../temporary_root.ts";
import { fakeProcess, fakeRun, healthState, makeSpec } from "./fake_process.ts";

/** Longer than any machine stands still. */
const PATIENT = 600_000;

const CHECK = {
  type: "command",
  command: "true",
  interval: 100,
  timeout: 100,
  retries: 1,
  grace: 0,
};

/** A process that was launched, its stderr in `errPath`; how long it has been up is given. */
function launched(settings: Partial<SpecSettings>, errPath = "/nonexistent", uptime = 0) {
  const { run, end } = fakeRun(uptime);
  const process = { ...fakeProcess("web", {}, settings), directory: { errPath } };
  const awaited = (options: Partial<AwaitReadyOptions> = {}) =>
    awaitReady(process, run, { wait: 0, errSize: 0, ...options });
  return { process, run, end, awaited };
}

Deno.test("where nobody waits for it, it is ready when it has survived its first moments", async () => {
  await launched({}).awaited();
});

Deno.test("one that dies tells how, with what it has written since its launch", async () => {
  using temporary = new TemporaryRoot();
  const before = "of the run before\n";
  const err = temporary.write("err", `${before}no database\n`);
  const { end, awaited } = launched({}, err, 12);
  end({ code: 3, signal: null });
  const error = await assertRejects(
    () => awaited({ errSize: before.length }),
    Deno.errors.Interrupted,
    "Cannot keep 'web' running: it exited with code 3",
  );
  assertEquals(error.message.split("\n").slice(1), [
    "  no database",
    "'tsm logs web' shows the rest, 'tsm stop web' removes it",
  ]);
});

Deno.test("what one that dies has written is told though its restart has renamed the log", async () => {
  using temporary = new TemporaryRoot();
  const err = temporary.write("err", "no database\n");
  const { process, run, end } = launched({}, err);
  // The restart is under way while the reason is looked for.
  const portReason = () => {
    Deno.renameSync(err, `${err}.rotated`);
    Deno.writeTextFileSync(err, "");
    return Promise.resolve(undefined);
  };
  end({ code: 3, signal: null });
  await assertRejects(
    () => awaitReady({ ...process, portReason }, run, { wait: 0, errSize: 0 }),
    Deno.errors.Interrupted,
    "its last words on stderr:\n  no database",
  );
});

Deno.test("a job that ends well is ready, a server that does is not", async () => {
  for (
    const settings of [{ autorestart: "never" }, { stop_exit_codes: [0] }] satisfies Partial<
      SpecSettings
    >[]
  ) {
    const { end, awaited } = launched(settings);
    end({ code: 0, signal: null });
    await awaited();
  }
  for (const [settings, code] of [[{}, 0], [{ stop_exit_codes: [1] }, 1]] as const) {
    const { end, awaited } = launched(settings);
    end({ code, signal: null });
    await assertRejects(awaited, Deno.errors.Interrupted, "wrote nothing to stderr");
  }
});

Deno.test("without a port it is ready when it has been up for its min_uptime", async () => {
  const { awaited } = launched({ min_uptime: 10 }, undefined, 9);
  const late = "Cannot call 'web' ready after 0.001 s: not up long enough";
  await assertRejects(() => awaited({ wait: 1 }), Deno.errors.TimedOut, late);
  await launched({ min_uptime: 10 }, undefined, 10).awaited({ wait: PATIENT });
});

Deno.test("with a port it is ready when somebody listens there", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  await launched({ port }).awaited({ wait: PATIENT });
  listener.close();
  await assertRejects(
    () => launched({ port }).awaited({ wait: 1 }),
    Deno.errors.TimedOut,
    `nobody listens on port ${port}`,
  );
});

Deno.test("with a wait_ready it is ready when its meta.json says so", async () => {
  const { process, awaited } = launched({ wait_ready: "notify", ready_timeout: 1 });
  process.meta = { ...process.meta, readiness: "late" };
  process.readiness.missing = "it has not said READY=1";
  await assertRejects(awaited, Deno.errors.TimedOut, "it has not said READY=1");
  process.meta = { ...process.meta, readiness: "ready" };
  await awaited();
});

Deno.test("a reload waits for the health check whatever its wait_ready says", async () => {
  const health = CHECK as SpecSettings["health"];
  const { process, awaited } = launched({ health }, undefined, PATIENT);
  process.health = healthState("unhealthy", "it answers 500");
  await awaited({ wait: PATIENT });
  const told = "it is not healthy: it answers 500";
  await assertRejects(() => awaited({ wait: 1, healthy: true }), Deno.errors.TimedOut, told);
  process.health = healthState("healthy", null);
  await awaited({ wait: PATIENT, healthy: true });
});

Deno.test("an instance that is started anew has its min_uptime and a second, at the least", () => {
  assertEquals(patienceFor({ spec: makeSpec({ ready_timeout: 5000, min_uptime: 9000 }) }), 10_000);
  assertEquals(patienceFor({ spec: makeSpec({ ready_timeout: 5000, min_uptime: 100 }) }), 5000);
});
