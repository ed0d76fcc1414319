import { assertEquals, assertThrows } from "@std/assert";
import { inOrder, type ListKey, parseListKey } from "../../../src/cli/select/list_order.ts";

const LISTED = [
  { name: "a", restarts: 0, start_time: 200 },
  { name: "b", restarts: 7, start_time: 100 },
  { name: "c", restarts: 0, start_time: null },
  { name: "d", restarts: 2, start_time: 300 },
];
const STATS = {
  a: { cpu: 1, mem: 10, processes: 1 },
  b: { cpu: 50.5, mem: 5, processes: 1 },
  d: { cpu: 0, mem: 700, processes: 2 },
};

const ORDERS: readonly (readonly [ListKey, string])[] = [
  ["cpu", "badc"],
  ["mem", "dabc"],
  ["restarts", "bdac"],
  ["uptime", "badc"],
];

for (const [key, names] of ORDERS) {
  Deno.test(`sorted by ${key}, the greatest comes first and what does not run last`, () => {
    assertEquals(inOrder(LISTED, STATS, key).map(({ name }) => name).join(""), names);
  });
}

Deno.test("what a list cannot be sorted by is refused with what it can", () => {
  assertThrows(() => parseListKey("memory"), Deno.errors.InvalidData, "cpu, mem, restarts, uptime");
});
