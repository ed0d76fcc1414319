import { assert, assertEquals } from "@std/assert";
import type { EventName } from "../../../src/event_table.ts";
import { readMeta, writeMeta } from "../../../src/meta/metadata.ts";
import { checkSpec, writeSpec } from "../../../src/meta/spec.ts";
import type { SpecSettings } from "../../../src/settings/table/settings_table.ts";
import { Lifecycle } from "../../../src/supervisor/process/lifecycle.ts";
import { RestartTriggers } from "../../../src/supervisor/triggers/restart_triggers.ts";
import { makeMeta } from "../../meta/make_meta.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

/** The life of the process `job`, and what it has recorded and written so far. */
function lifeOf(
  temporary: TemporaryRoot,
  settings: Partial<SpecSettings>,
  argv: readonly string[] = ["true"],
) {
  const { root, base, work } = temporary;
  temporary.process("job");
  const spec = checkSpec({ command: argv.join(" "), argv, cwd: work, ...settings });
  const meta = makeMeta({ name: "job", cwd: work, port: null, pid: null, pid_start: null });
  writeSpec(root, "job", spec);
  writeMeta(root, meta);
  const events: EventName[] = [];
  const times: number[] = [];
  const host = {
    root,
    rootPath: `${base}/root`,
    excluded: new Set([Deno.pid]),
    log: () => {},
    record: (event: EventName) => void events.push(event),
    recordAll: (all: readonly { readonly event: EventName }[], _name: string, at = Date.now()) => {
      events.push(...all.map(({ event }) => event));
      times.push(...all.map(() => at));
    },
  };
  const triggers = new RestartTriggers(host, { meta, spec }, {
    retry: () => {},
    due: () => {},
    runDue: () => {},
    changed: () => {},
    unhealthy: () => {},
  });
  const life = new Lifecycle(host, { meta, spec }, triggers, {
    launching: () => Promise.resolve(),
    exited: () => {},
    silent: () => {},
    removed: () => {},
  });
  const written: string[] = [];
  for (const way of ["note", "write", "writeOver"] as const) {
    const write = life.state[way].bind(life.state);
    life.state[way] = (changes) => {
      write(changes);
      written.push(readMeta(root, "job").status);
    };
  }
  return { life, triggers, events, times, written, [Symbol.dispose]: () => triggers.close() };
}

Deno.test("a restart that fails is never noted as stopped before it is noted as waiting", async () => {
  using temporary = new TemporaryRoot();
  const hooks = { pre_start: "exit 7", timeout: 600_000 };
  using process = lifeOf(temporary, { hooks, restart_delay: 3_600_000 });
  await process.life.relaunch();
  assertEquals(process.written, ["launching", "waiting"]);
});

Deno.test("no change is dropped that was made once the process could be seen online", async () => {
  using temporary = new TemporaryRoot();
  using process = lifeOf(temporary, {});
  const { life, triggers } = process;
  const seen: string[] = [];
  triggers.forgetChanges = () => void seen.push(readMeta(temporary.root, "job").status);
  await life.relaunch();
  await life.run!.exited;
  assertEquals(seen, ["launching"]);
  assertEquals(process.written.at(-1), "online");
});

Deno.test("how a run ended is on the disk before the next one is launched, and recorded with it", async () => {
  using temporary = new TemporaryRoot();
  using process = lifeOf(temporary, {});
  const { life } = process;
  let seen: unknown;
  life.directory.notePid = () => {
    const { status, intent, exit_signal, restarts, pid } = readMeta(temporary.root, "job");
    seen = { status, intent, exit_signal, restarts, pid, events: [...process.events] };
  };
  await life.afterExit({ pid: 7, exit: { code: null, signal: "SIGKILL" }, uptime: 5000 });
  assertEquals(seen, {
    status: "launching",
    intent: "start",
    exit_signal: "SIGKILL",
    restarts: 3,
    pid: null,
    events: [],
  });
  await life.run!.exited;
  assertEquals(process.events, ["crash", "restart", "online"]);
  assertEquals(process.written, ["launching", "online"]);
});

Deno.test("how a run ended is recorded where the next one cannot be launched", async () => {
  using temporary = new TemporaryRoot();
  using process = lifeOf(temporary, { env_file: `${temporary.base}/gone` });
  await process.life.afterExit({ pid: 7, exit: { code: 1, signal: null }, uptime: 5000 });
  assertEquals(process.events, ["crash", "errored"]);
});

Deno.test("a restart that cannot come to anything is noted as errored at once", async () => {
  using temporary = new TemporaryRoot();
  using process = lifeOf(temporary, { env_file: `${temporary.base}/gone` });
  await process.life.relaunch();
  assertEquals(process.written, ["errored"]);
  assertEquals(process.life.meta.stopped_by, "failure");
});

const ENDS: readonly {
  readonly what: string;
  readonly settings: Partial<SpecSettings>;
  readonly code: number;
  readonly status: string;
  readonly stopper: string;
}[] = [
  {
    what: "a job that ends with code 0",
    settings: { autorestart: "on-failure" },
    code: 0,
    status: "stopped",
    stopper: "completion",
  },
  {
    what: "one that ends with one of its stop_exit_codes",
    settings: { stop_exit_codes: [3] },
    code: 3,
    status: "stopped",
    stopper: "completion",
  },
  {
    what: "one that fails and is never restarted",
    settings: { autorestart: "never" },
    code: 1,
    status: "stopped",
    stopper: "policy",
  },
  {
    what: "one that has failed too often",
    settings: { max_restarts: 1, min_uptime: 1000 },
    code: 1,
    status: "errored",
    stopper: "policy",
  },
];

for (const { what, settings, code, status, stopper } of ENDS) {
  Deno.test(`it is noted who stopped it: ${what}: ${stopper}`, async () => {
    using temporary = new TemporaryRoot();
    using process = lifeOf(temporary, settings);
    await process.life.afterExit({ pid: null, exit: { code, signal: null }, uptime: 1 });
    const { status: noted, stopped_by } = readMeta(temporary.root, "job");
    assertEquals([noted, stopped_by], [status, stopper]);
  });
}

Deno.test("who stopped it is noted no longer when it is started again", async () => {
  using temporary = new TemporaryRoot();
  const hooks = { pre_start: "exit 7", timeout: 600_000 };
  using process = lifeOf(temporary, { hooks, restart_delay: 3_600_000 });
  await process.life.endForGood("stop", true);
  assertEquals(readMeta(temporary.root, "job").stopped_by, "request");
  await process.life.relaunch();
  const { status, stopped_by } = readMeta(temporary.root, "job");
  assertEquals([status, stopped_by], ["waiting", undefined]);
});

Deno.test("a launch is recorded as of the time when its program had not begun yet", async () => {
  using temporary = new TemporaryRoot();
  const script = "date +%s%3N >when; mv when begun";
  using process = lifeOf(temporary, { autorestart: "never" }, ["/bin/sh", "-c", script]);
  const run = await process.life.startAnew();
  await run.exited;
  const begun = Number(Deno.readTextFileSync(`${temporary.work}/begun`));
  assertEquals(process.events, ["start", "online"]);
  assert(process.times.every((time) => time <= begun), `${process.times} are after ${begun}`);
});
