import { assertEquals } from "@std/assert";
import { isThere } from "../../src/files/path_info.ts";
import { migrateOldLayout } from "../../src/migrate/migrate.ts";
import { hasOldFiles } from "../../src/migrate/old_files.ts";
import { patrol } from "../../src/patrol/patrol.ts";
import type { RuntimeRoot } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const OPTIONS = { dryRun: false, killOrphans: false };

function hostOf(root: RuntimeRoot) {
  return {
    rootPath: root.base,
    knows: () => false,
    rewrite: () => {},
    settled: () => Promise.resolve(),
    knowsSpec: () => false,
    rewriteSpec: () => {},
    revive: () => {},
    keepsPidFile: (name: string) => hasOldFiles(root, name),
    reserveId: (wanted: number | null) => wanted ?? 1,
  };
}

Deno.test("patrol leaves the old layout alone, its pid files too: that is the migration's work", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  Deno.writeTextFileSync(`${root.processes}/web-8000.meta`, "pid=1\ncommand='node x.js'\ncwd=/\n");
  for (const name of ["web-8000", "nobody"]) {
    Deno.writeTextFileSync(`${root.pids}/${name}.pid`, "2147483647\n");
  }
  const findings = await patrol(root, hostOf(root), OPTIONS);
  assertEquals(findings.map(({ kind, name }) => `${kind} ${name}`), ["pid-file nobody"]);
  assertEquals(isThere(`${root.processes}/web-8000.meta`), true);
  assertEquals(isThere(`${root.pids}/web-8000.pid`), true);
});

Deno.test("a migration takes over what patrol leaves alone, and finds nothing the second time", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  Deno.writeTextFileSync(`${root.processes}/web-8000.meta`, "command='node x.js'\ncwd=/\n");
  const looked = await migrateOldLayout(root, hostOf(root), { dryRun: true });
  assertEquals(looked.map(({ kind, name, done }) => [kind, name, done]), [
    ["old-layout", "web-8000", false],
  ]);
  const findings = await migrateOldLayout(root, hostOf(root), OPTIONS);
  assertEquals(findings.map(({ name, done }) => [name, done]), [["web-8000", true]]);
  assertEquals(isThere(`${root.processes}/web-8000/meta.json`), true);
  assertEquals(await migrateOldLayout(root, hostOf(root), OPTIONS), []);
  assertEquals(await patrol(root, hostOf(root), OPTIONS), []);
});
