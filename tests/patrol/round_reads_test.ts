import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { SETTLED_AFTER } from "../../src/files/unchanged_reads.ts";
import { patrol } from "../../src/patrol/patrol.ts";
import { RoundReads } from "../../src/patrol/round_reads.ts";
import { writeMeta } from "../../src/meta/metadata.ts";
import { checkSpec, writeSpec } from "../../src/meta/spec.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("a round that has read all before finds what was damaged, removed or left since", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  for (const name of ["a", "b", "c", "d", "e"]) {
    const paths = temporary.process(name);
    writeMeta(root, {
      tsm_id: 1,
      name,
      // Our own, which lives.
      pid: Deno.pid,
      command: "sleep 1",
      cwd: "/",
      interpreter: null,
      port: null,
      status: "launching",
      start_time: null,
      restarts: 0,
      unstable_restarts: 0,
      env_file: null,
      pid_start: null,
    });
    writeSpec(root, name, checkSpec({ command: "sleep 1", argv: ["sleep", "1"], cwd: "/" }));
    for (const path of [paths.out, paths.err]) Deno.writeTextFileSync(path, "");
    Deno.writeTextFileSync(paths.pid, `${Deno.pid}\n`);
  }
  const reads = new RoundReads(root);
  const tables: boolean[] = [];
  const round = async () => {
    const findings = await patrol(
      root,
      {
        rootPath: root.base,
        hasRead: (table) => tables.push(table.has(Deno.pid)),
        knows: () => true,
        rewrite: () => {},
        settled: () => Promise.resolve(),
        knowsSpec: () => false,
        rewriteSpec: () => {},
        revive: () => {},
        keepsPidFile: () => false,
      },
      { dryRun: true, killOrphans: false },
      reads,
    );
    return findings.map(({ kind, name }) => `${kind} ${name}`).sort();
  };
  // Files count as left alone a while after they were written: from then on they are kept.
  await delay(SETTLED_AFTER + 500);
  for (let count = 0; count < 2; count++) {
    assertEquals(await round(), []);
  }
  // Whoever wants to know what runs is told by each round, once.
  assertEquals(tables, [true, true]);
  const directory = (name: string) => `${root.processes}/${name}`;
  const meta = Deno.readTextFileSync(`${directory("a")}/meta.json`);
  Deno.writeTextFileSync(`${directory("a")}/meta.json`, meta.replace("{", "["));
  Deno.writeTextFileSync(`${directory("b")}/spec.json`, "{");
  Deno.removeSync(`${directory("c")}/current.err`);
  Deno.writeTextFileSync(`${root.pids}/d.pid`, "1\n");
  Deno.symlinkSync("nowhere", `${directory("e")}/link`);
  Deno.writeTextFileSync(`${directory("e")}/meta.json.tmp`, "{");
  assertEquals(await round(), [
    "damaged-spec b",
    "dangling-link link",
    "leftover meta.json",
    "lost-log c",
    "pid-file a",
    "pid-file d",
    "unreadable a",
  ]);
});
