import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Meta, readMeta, writeMeta } from "../../src/meta/metadata.ts";
import { writeSpec } from "../../src/meta/spec.ts";
import { readProcesses } from "../../src/process/linux/read_process_table.ts";
import type { SpecSettings } from "../../src/settings/table/settings_table.ts";
import { type BootHost, takeOver } from "../../src/supervisor/boot.ts";
import type { Run } from "../../src/supervisor/launch/run.ts";
import { makeMeta } from "../meta/make_meta.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { type FakeProcess, fakeProcess, fakeRun, makeSpec } from "./start/fake_process.ts";

/** A root with what an earlier supervisor left, and one that takes it over. */
class Successor implements BootHost, Disposable {
  readonly temporary = new TemporaryRoot();
  readonly root = this.temporary.root;
  readonly processes: FakeProcess[] = [];
  /** What was done with each process, by name. */
  readonly done: Record<string, string> = {};
  readonly adopted: Run[] = [];
  readonly logged: string[] = [];
  readonly exitPoller = { compare: () => {}, watch: () => fakeRun().run.exited };

  /** Writes the files of a process. */
  leave(name: string, meta: Partial<Meta> = {}, settings: Partial<SpecSettings> = {}): void {
    this.temporary.process(name);
    writeSpec(this.root, name, makeSpec(settings));
    writeMeta(this.root, makeMeta({ name, pid: null, pid_start: null, ...meta }));
  }

  process(name: string): FakeProcess | undefined {
    return this.processes.find(({ meta }) => meta.name === name);
  }

  manage(meta: Meta, spec: FakeProcess["spec"]) {
    const process = { ...fakeProcess(meta.name), meta, spec };
    this.processes.push(process);
    const note = (what: string) => {
      this.done[meta.name] = what;
      return Promise.resolve();
    };
    return {
      meta,
      spec,
      resume: () => note("resumed"),
      giveUp: (reason: string) => note(`given up: ${reason}`),
      endedByReboot: () => note("ended by a reboot"),
      adopt: (run: Run) => {
        this.adopted.push(run);
        return note("adopted");
      },
    };
  }

  reserveId(): number {
    return 77;
  }

  log(text: string): void {
    this.logged.push(text);
  }

  [Symbol.dispose](): void {
    this.temporary[Symbol.dispose]();
  }
}

Deno.test("what lives is adopted, and only if it is the same process", async () => {
  using successor = new Successor();
  await using child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  const { pid } = child;
  const { start } = (await readProcesses([pid])).get(pid)!;
  successor.leave("lives", { tsm_id: 1, pid, pid_start: start });
  successor.leave("reused", { tsm_id: 2, pid, pid_start: start - 1 });
  successor.leave("stopped", { tsm_id: 3, status: "stopped" });
  await takeOver(successor);
  assertEquals(successor.done, { lives: "adopted", reused: "resumed", stopped: "resumed" });
  assertEquals(successor.adopted.map((run) => [run.pid, run.start]), [[pid, start]]);
  // Once more: they are managed by now.
  successor.done["lives"] = "left alone";
  await takeOver(successor);
  assertEquals(successor.done["lives"], "left alone");
});

Deno.test("after a reboot nothing runs, whoever has its pid now", async () => {
  using successor = new Successor();
  await takeOver(successor);
  const known = JSON.parse(Deno.readTextFileSync(successor.root.bootJson));
  const earlier = { ...known, boot_id: "an earlier one" };
  Deno.writeTextFileSync(successor.root.bootJson, JSON.stringify(earlier));
  const { start } = (await readProcesses([Deno.pid])).get(Deno.pid)!;
  successor.leave("web", { pid: Deno.pid, pid_start: start });
  await takeOver(successor);
  assertEquals(successor.done, { web: "ended by a reboot" });
  assertEquals(JSON.parse(Deno.readTextFileSync(successor.root.bootJson)), known);
});

Deno.test("what was about to be started comes behind what it depends on", async () => {
  using successor = new Successor();
  const given = Promise.withResolvers<void>();
  successor.leave("db", { tsm_id: 2, status: "stopped" });
  successor.leave("web", { tsm_id: 1, status: "launching" }, { depends_on: { db: "started" } });
  // One that only crashed is started by its policy, as ever.
  successor.leave("up", { tsm_id: 3, status: "online" }, { depends_on: { db: "started" } });
  const manage = successor.manage.bind(successor);
  successor.manage = (meta, spec) => {
    const process = manage(meta, spec);
    return { ...process, giveUp: (reason) => process.giveUp(reason).then(given.resolve) };
  };
  await takeOver(successor);
  await given.promise;
  assertEquals([successor.done["db"], successor.done["up"]], ["resumed", "resumed"]);
  assertStringIncludes(successor.done["web"]!, "given up: it depends on 'db', which is stopped");
});

Deno.test("of two processes with the same id one gets another, a damaged spec is made up for", async () => {
  using successor = new Successor();
  successor.leave("first", { tsm_id: 1 });
  successor.leave("second", { tsm_id: 1, command: "sleep 1000" });
  Deno.writeTextFileSync(`${successor.temporary.process("second").dir}/spec.json`, "{");
  await takeOver(successor);
  const ids = ["first", "second"].map((name) => readMeta(successor.root, name).tsm_id);
  assertEquals(ids.toSorted(), [1, 77]);
  assertEquals(successor.process("second")!.spec.argv, ["/bin/sh", "-c", "sleep 1000"]);
  assert(successor.logged.some((line) => line.includes("second: spec.json")));
});

Deno.test("a migration that was interrupted is left to patrol", async () => {
  using successor = new Successor();
  successor.leave("old", { intent: "migrate" });
  await takeOver(successor);
  assertEquals(successor.done, {});
});
