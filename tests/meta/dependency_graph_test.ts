import { assertEquals } from "@std/assert";
import { findCycles, isCalled } from "../../src/meta/dependency_graph.ts";

Deno.test("a circle is found wherever it begins, and shown from one end to the other", () => {
  const circles = (
    edges: Record<string, string[]>,
  ) => [...findCycles(Object.keys(edges), (node) => edges[node] ?? [])];
  assertEquals(circles({ a: ["b", "c"], b: ["c"], c: [], d: ["nobody"] }), []);
  assertEquals(circles({ a: ["a"] }), [["a", "a"]]);
  assertEquals(circles({ x: ["a"], a: ["b"], b: ["c"], c: ["a"] }), [["a", "b", "c", "a"]]);
  assertEquals(circles({ a: ["b"], b: ["a"], c: ["c"] }), [["a", "b", "a"], ["c", "c"]]);
});

Deno.test("a process is called by its full name, its app, or its name without the port", () => {
  const api = { name: "api-3000", app: null, port: 3000 };
  assertEquals(["api", "api-3000", "ap", "3000"].map((word) => isCalled(api, word)), [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(isCalled({ name: "worker-0", app: "worker", port: null }, "worker"), true);
  assertEquals(isCalled({ name: "worker-0", app: null, port: null }, "worker"), false);
});
