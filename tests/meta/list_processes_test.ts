import { assertEquals } from "@std/assert";
import { listProcesses } from "../../src/meta/list_processes.ts";
import { writeMeta } from "../../src/meta/metadata.ts";
import { runtimeRoot } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { makeMeta } from "./make_meta.ts";

Deno.test("processes are listed by their id", () => {
  using temporary = new TemporaryRoot();
  for (const [name, tsm_id] of [["a", 12], ["b", 3], ["c", 1]] as const) {
    temporary.process(name);
    writeMeta(temporary.root, makeMeta({ name, tsm_id }));
  }
  const { metas, unreadable } = listProcesses(temporary.root);
  assertEquals(metas.map(({ name }) => name), ["c", "b", "a"]);
  assertEquals(unreadable, []);
});

Deno.test("a damaged process hides no other, and is told of", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  for (const name of ["good", "torn", "empty"]) temporary.process(name);
  writeMeta(root, makeMeta({ name: "good" }));
  Deno.writeTextFileSync(`${root.processes}/torn/meta.json`, '{"tsm_id"');
  Deno.mkdirSync(`${root.processes}/no name`);
  Deno.writeTextFileSync(`${root.processes}/old-8000.env`, "");
  Deno.mkdirSync(`${root.processes}/.leaving.removed`);
  const { metas, unreadable } = listProcesses(root);
  assertEquals(metas.map(({ name }) => name), ["good"]);
  const reasons = Object.fromEntries(unreadable.map(({ name, reason }) => [name, reason]));
  assertEquals(Object.keys(reasons).sort(), ["empty", "no name", "torn"]);
  assertEquals(reasons["empty"], "no meta.json");
  assertEquals(reasons["no name"], "not a valid name");
  assertEquals(reasons["torn"]!.startsWith("meta.json: not JSON: "), true);
});

Deno.test("a root that does not exist has no processes", () => {
  assertEquals(listProcesses(runtimeRoot("/nowhere/at/all")), { metas: [], unreadable: [] });
});
