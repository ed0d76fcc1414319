import { assertEquals } from "@std/assert";
import type { EventName } from "../../../src/db/record_events.ts";
import { readMeta, writeMeta } from "../../../src/meta/metadata.ts";
import { checkSpec, writeSpec } from "../../../src/meta/spec.ts";
import type { SpecSettings } from "../../../src/settings/table/settings_table.ts";
import { Lifecycle } from "../../../src/supervisor/process/lifecycle.ts";
import { RestartTriggers } from "../../../src/supervisor/triggers/restart_triggers.ts";
import { makeMeta } from "../../meta/make_meta.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

/** The life of the process `job`, and what it has recorded and written so far. */
function lifeOf(temporary: TemporaryRoot, settings: Partial<SpecSettings>) {
  const { root, base, work } = temporary;
  temporary.process("job");
  const spec = checkSpec({ command: "true", argv: ["true"], cwd: work, ...settings });
  const meta = makeMeta({ name: "job", cwd: work, port: null, pid: null, pid_start: null });
  writeSpec(root, "job", spec);
  writeMeta(root, meta);
  const events: EventName[] = [];
  const host = {
    root,
    rootPath: `${base}/root`,
    excluded: new Set([Deno.pid]),
    log: () => {},
    record: (event: EventName) => void events.push(event),
    recordAll: (all: readonly { readonly event: EventName }[]) =>
      void events.push(...all.map(({ event }) => event)),
  };
  const triggers = new RestartTriggers(host, { meta, spec }, {
    retry: () => {},
    due: () => {},
    changed: () => {},
    unhealthy: () => {},
  });
  const life = new Lifecycle(host, { meta, spec }, triggers, {
    launching: () => Promise.resolve(),
    exited: () => {},
    removed: () => {},
  });
  const written: string[] = [];
  for (const way of ["note", "write"] as const) {
    const write = life.state[way].bind(life.state);
    life.state[way] = (changes) => {
      write(changes);
      written.push(readMeta(root, "job").status);
    };
  }
  return { life, events, written, [Symbol.dispose]: () => triggers.close() };
}

Deno.test("a restart that fails is never noted as stopped before it is noted as waiting", async () => {
  using temporary = new TemporaryRoot();
  const hooks = { pre_start: "exit 7", timeout: 600_000 };
  using process = lifeOf(temporary, { hooks, restart_delay: 3_600_000 });
  await process.life.relaunch();
  assertEquals(process.written, ["launching", "waiting"]);
});

Deno.test("a restart that cannot come to anything is noted as errored at once", async () => {
  using temporary = new TemporaryRoot();
  using process = lifeOf(temporary, { env_file: `${temporary.base}/gone` });
  await process.life.relaunch();
  assertEquals(process.written, ["errored"]);
});
