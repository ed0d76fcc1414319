import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { clearSaved, saveList } from "../../src/persist/save_list.ts";
import { parseSavedList } from "../../src/persist/saved_list.ts";
import { readSavedList } from "../../src/persist/read_saved_list.ts";
import { writeBaseEnvironment, writeDifference } from "../../src/program/environment.ts";
import { processState, TemporaryRoot } from "./saved_fixture.ts";

const SAVE_ONCE = fromFileUrl(new URL("save_once.ts", import.meta.url));
const unforced = { force: false };

Deno.test("what is saved is read back, with environment, policies, ids and counters", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  writeBaseEnvironment(root, { PATH: "/bin", LANG: "C" });
  const state = processState(root, "api", { tsm_id: 7, restarts: 3 });
  const environment = { set: { A: "1" }, unset: ["LANG"], explicit: ["A"] };
  writeDifference(root, "api", environment);
  assertEquals(saveList(root, [state], unforced), { saved: 1 });

  const { list, warning } = readSavedList(root)!;
  assertEquals(warning, undefined);
  assertEquals(list.base, { PATH: "/bin", LANG: "C" });
  assertEquals(list.processes, [
    { name: "api", tsm_id: 7, restarts: 3, stopped: false, spec: state.spec, environment },
  ]);
  assertEquals(Deno.statSync(root.savedJson).mode! & 0o777, 0o600);
});

Deno.test("the list before is kept as saved.1.json", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveList(root, [processState(root, "one")], unforced);
  const first = Deno.readTextFileSync(root.savedJson);
  saveList(root, [processState(root, "two")], unforced);
  assertEquals(Deno.readTextFileSync(root.savedBeforeJson), first);
});

Deno.test("three lists before it are kept, the latest as saved.1.json", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const nameIn = (path: string) =>
    parseSavedList(Deno.readTextFileSync(path)).processes.map(({ name }) => name).join();
  for (const name of ["one", "two", "three", "four", "five"]) {
    saveList(root, [processState(root, name)], unforced);
  }
  const files = [root.savedJson, root.savedBeforeJson, ...root.savedEarlierJson];
  assertEquals(files.map(nameIn), ["five", "four", "three", "two"]);
  for (const path of [root.savedJson, root.savedBeforeJson]) Deno.writeTextFileSync(path, "{");
  const { list, warning } = readSavedList(root)!;
  assertEquals(list.processes.map(({ name }) => name), ["three"]);
  assertStringIncludes(warning!, "using the list saved before it, saved.2.json");
});

Deno.test("an empty list is saved only by force, also where none was saved before", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertThrows(
    () => saveList(root, [], unforced),
    Deno.errors.AlreadyExists,
    "Cannot save: no process is listed",
  );
  assertEquals(readSavedList(root), undefined);
  assertEquals(saveList(root, [], { force: true }), { saved: 0 });
});

Deno.test("a process counts as stopped when it was stopped, not when a reboot ended it", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveList(root, [
    processState(root, "kept", { status: "stopped", reason: "stopped on request" }),
    processState(root, "rebooted", { status: "stopped", reason: "reboot" }),
    processState(root, "gave-up", { status: "errored" }),
    processState(root, "on-its-way-out", { status: "stopping", intent: "delete" }),
    processState(root, "being-stopped", { status: "stopping", intent: "stop" }),
  ], unforced);
  assertEquals(
    readSavedList(root)!.list.processes.map(({ name, stopped }) => [name, stopped]),
    [["kept", true], ["rebooted", false], ["gave-up", false], ["being-stopped", true]],
  );
});

Deno.test("an empty list replaces a full one only by force", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveList(root, [processState(root, "api")], unforced);
  const full = Deno.readTextFileSync(root.savedJson);
  assertThrows(() => saveList(root, [], unforced), Deno.errors.AlreadyExists, "1 processes");
  assertEquals(Deno.readTextFileSync(root.savedJson), full);
  saveList(root, [], { force: true });
  assertEquals(readSavedList(root)!.list.processes, []);
  assertEquals(Deno.readTextFileSync(root.savedBeforeJson), full);
});

Deno.test("a damaged saved.json does not take the place of the whole list before it", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveList(root, [processState(root, "one")], unforced);
  saveList(root, [processState(root, "two")], unforced);
  const before = Deno.readTextFileSync(root.savedBeforeJson);
  Deno.writeTextFileSync(root.savedJson, '{"version": 1, "sav');
  const { warning } = saveList(root, [processState(root, "three")], unforced);
  assertStringIncludes(warning!, "was damaged");
  assertEquals(Deno.readTextFileSync(root.savedBeforeJson), before);
});

Deno.test("a list of a newer tsm is not replaced but by force", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const newer = '{"version": 2, "anything": true}';
  Deno.writeTextFileSync(root.savedJson, newer);
  const state = processState(root, "api");
  assertThrows(() => saveList(root, [state], unforced), Deno.errors.AlreadyExists, "version 2");
  assertEquals(Deno.readTextFileSync(root.savedJson), newer);
  saveList(root, [state], { force: true });
  assertEquals(Deno.readTextFileSync(root.savedBeforeJson), newer);
});

Deno.test("a process whose environment cannot be read keeps the saved list as it was", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const state = processState(root, "api");
  saveList(root, [state], unforced);
  const full = Deno.readTextFileSync(root.savedJson);
  Deno.writeTextFileSync(`${root.processes}/api/env`, "{");
  assertThrows(
    () => saveList(root, [state], unforced),
    Deno.errors.InvalidData,
    "Cannot save 'api'",
  );
  assertEquals(Deno.readTextFileSync(root.savedJson), full);
});

Deno.test("clearing forgets both lists", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertEquals(clearSaved(root), false);
  saveList(root, [processState(root, "one")], unforced);
  saveList(root, [processState(root, "two")], unforced);
  assertEquals(clearSaved(root), true);
  assertEquals(readSavedList(root), undefined);
});

Deno.test("on a full disk the saved list stays as it was, and nothing is left behind", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  saveList(root, [processState(root, "one")], unforced);
  const full = Deno.readTextFileSync(root.savedJson);
  writeBaseEnvironment(root, { LONG: "x".repeat(1_000_000) });
  // A limit on the size of files fails as a full disk does: some bytes in.
  const { code, stderr } = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "sh"],
      ...[Deno.execPath(), "run", "-A", SAVE_ONCE, "two"],
    ],
    cwd: root.base,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  assertEquals(code, 1);
  assertStringIncludes(new TextDecoder().decode(stderr), "File too large");
  assertEquals(Deno.readTextFileSync(root.savedJson), full);
  assertEquals(
    [...Deno.readDirSync(root.runtime)].filter(({ name }) => name.endsWith(".tmp")),
    [],
  );
  saveList(root, [processState(root, "two")], unforced);
  assertEquals(readSavedList(root)!.list.processes[0]!.name, "two");
});
