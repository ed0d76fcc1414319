import { assertEquals } from "@std/assert";
import { lastError } from "../../src/logs/last_error.ts";

const NODE = ["Error: boom", "    at f (/a.js:3:7)", "    at g (/a.js:9:1)", "", "Node.js v22.1.0"];
const PYTHON = ["Traceback (most recent call last):", '  File "a.py", line 1', "ValueError: x"];

Deno.test("the last error is told whole, however its language writes it", () => {
  const before = ["Error: an older one", "    at old (/a.js:1:1)", ""];
  assertEquals(lastError([...before, "/a.js:3", "throw e", "^", "", ...NODE]), NODE);
  assertEquals(lastError([...before, "serving", ...PYTHON]), PYTHON);
  const java = ['Exception in thread "main" a.E: x', "\tat a.B", "Caused by: b.IOException: y"];
  assertEquals(lastError([...before, ...java, "\tat c.D"]), [...java, "\tat c.D"]);
  assertEquals(lastError([...NODE, "", ""]), NODE);
});

Deno.test("where no error is named, it is what stands behind the last blank line", () => {
  assertEquals(lastError([]), []);
  assertEquals(lastError(["one", "", "two", "three"]), ["two", "three"]);
  assertEquals(lastError(["one", "two", ""]), ["one", "two"]);
  const many = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  assertEquals(lastError(many), many.slice(-20));
});

Deno.test("of a long error the beginning and the end are told, in 20 lines", () => {
  const frames = Array.from({ length: 60 }, (_, index) => `    at f${index}`);
  const told = lastError(["Error: deep", ...frames]);
  assertEquals(told.length, 20);
  assertEquals(told.slice(0, 2), ["Error: deep", "    at f0"]);
  assertEquals(told.slice(9, 11), ["… 42 more lines …", "    at f50"]);
  assertEquals(told.at(-1), "    at f59");
});
