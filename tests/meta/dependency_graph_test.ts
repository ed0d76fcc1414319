import { assertEquals } from "@std/assert";
import { findCycle, isCalled } from "../../src/meta/dependency_graph.ts";

Deno.test("a circle is found wherever it begins, and shown from one end to the other", () => {
  const graph = (edges: Record<string, string[]>) => findCycle(new Map(Object.entries(edges)));
  assertEquals(graph({ a: ["b", "c"], b: ["c"], c: [], d: ["nobody"] }), undefined);
  assertEquals(graph({ a: ["a"] }), ["a", "a"]);
  assertEquals(graph({ x: ["a"], a: ["b"], b: ["c"], c: ["a"] }), ["a", "b", "c", "a"]);
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
