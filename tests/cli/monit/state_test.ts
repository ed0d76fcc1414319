import { assertEquals } from "@std/assert";
import { change, moveSelection, shownRows } from "../../../src/cli/monit/state.ts";
import { makeRow, makeState } from "./make_state.ts";

const stats = (cpu: number, mem: number) => ({ cpu, mem, processes: 1 });
const STATE = makeState([
  makeRow({ tsm_id: 1, name: "web", stats: stats(1, 300) }),
  makeRow({ tsm_id: 2, name: "api", stats: stats(5, 100) }),
  makeRow({ tsm_id: 3, name: "idle", status: "stopped" }),
  makeRow({ tsm_id: 4, name: "API-2", stats: stats(3, 200) }),
]);

const names = (changes: Parameters<typeof change>[1]) =>
  shownRows({ ...STATE, ...changes }).map(({ meta }) => meta.name);

Deno.test("processes are sorted by id, CPU, memory or name; what uses nothing comes last", () => {
  assertEquals(names({}), ["web", "api", "idle", "API-2"]);
  assertEquals(names({ sort: "cpu" }), ["api", "API-2", "web", "idle"]);
  assertEquals(names({ sort: "memory" }), ["web", "API-2", "api", "idle"]);
  assertEquals(names({ sort: "name" }), ["API-2", "api", "idle", "web"]);
});

Deno.test("a filter keeps the names that contain it, in whatever case", () => {
  assertEquals(names({ filter: "API" }), ["api", "API-2"]);
});

Deno.test("the selection moves over what is shown, and stops at its ends", () => {
  const selected = (by: number) => moveSelection({ ...STATE, sort: "cpu" }, by).selected;
  assertEquals([selected(-1), selected(1), selected(99), selected(-99)], [
    "API-2",
    "idle",
    "idle",
    "api",
  ]);
});

Deno.test("where the selected process goes, its neighbour is selected, by its place", () => {
  const at = { ...STATE, selected: "api" };
  const rows = STATE.rows.filter(({ meta }) => meta.name !== "api");
  assertEquals(change(at, { rows }).selected, "idle");
  assertEquals(change(at, { filter: "web" }).selected, "web");
  assertEquals(change(at, { rows: [] }).selected, undefined);
  assertEquals(change(at, { sort: "memory" }).selected, "api");
});
