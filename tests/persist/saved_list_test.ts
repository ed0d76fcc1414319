import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { formatSavedList, parseSavedList } from "../../src/persist/saved_list.ts";
import { stateOf } from "./saved_fixture.ts";

const { spec } = stateOf("api");
const environment = { set: {}, unset: [] };
const process = { name: "api", tsm_id: 1, restarts: 0, stopped: false, spec, environment };

Deno.test("a saved list is read as it was written", () => {
  const list = { saved: 5, base: { A: "ü\n" }, processes: [process] };
  assertEquals(parseSavedList(formatSavedList(list)), { ...list, damaged: [] });
});

Deno.test("a damaged entry is named and does not hide the others", () => {
  const list = { saved: 5, base: {}, processes: [process, { ...process, name: "web" }] };
  const json = JSON.parse(formatSavedList(list));
  json.processes.unshift(
    { ...json.processes[0], name: "bad", spec: { command: "x" } },
    { ...json.processes[0], name: "../etc" },
    { ...json.processes[0], name: "neg", tsm_id: -1 },
    "nonsense",
    null,
  );
  json.processes.push(json.processes.at(-1));
  const { processes, damaged } = parseSavedList(JSON.stringify(json));
  assertEquals(processes.map(({ name }) => name), ["api", "web"]);
  assertEquals(damaged.map(({ name }) => name), [
    "bad",
    "../etc",
    "neg",
    "entry 4",
    "entry 5",
    "web",
  ]);
  assertStringIncludes(damaged[0]!.reason, "argv");
  assertStringIncludes(damaged.at(-1)!.reason, "twice");
});

Deno.test("a list that is cut off anywhere is never taken for a whole one", () => {
  const text = formatSavedList({ saved: 5, base: { A: "1" }, processes: [process] });
  for (let length = 0; length < text.trimEnd().length; length++) {
    assertThrows(() => parseSavedList(text.slice(0, length)), Deno.errors.InvalidData);
  }
});
