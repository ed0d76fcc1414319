import { assertEquals } from "@std/assert";
import type { LogLine } from "../../src/client/types.ts";
import { LogBuffer } from "../../src/web/page/logs/log_buffer.ts";

const line = (time: number, text: string): LogLine => (
  { time, name: "api", stream: "out", line: text }
);
const numbered = (from: number, to: number, later = 0): LogLine[] =>
  Array.from(
    { length: to - from },
    (_, index) => line((from + index) / 20 + later, `line ${from + index}.`),
  );

Deno.test("what a new connection repeats is left out, though its times differ a little", () => {
  const buffer = new LogBuffer();
  buffer.add(numbered(0, 40));
  assertEquals(buffer.withoutKnown(numbered(20, 50, 0.01)).map(({ line }) => line), [
    ...numbered(40, 50).map(({ line }) => line),
  ]);
  assertEquals(buffer.withoutKnown(numbered(20, 50, -0.01)).length, 10);
  // The first part of what is repeated.
  assertEquals(buffer.withoutKnown(numbered(20, 30)), []);
});

Deno.test("lines that are all alike are told by their times", () => {
  const buffer = new LogBuffer();
  const ticks = (from: number, to: number) =>
    numbered(from, to).map((one) => ({ ...one, line: "tick" }));
  buffer.add(ticks(0, 40));
  assertEquals(buffer.withoutKnown(ticks(20, 50)).length, 10);
});

Deno.test("what is new is all there", () => {
  const buffer = new LogBuffer();
  assertEquals(buffer.withoutKnown(numbered(0, 3)).length, 3);
  buffer.add(numbered(0, 40));
  assertEquals(buffer.withoutKnown(numbered(40, 50)).length, 10);
  assertEquals(buffer.withoutKnown([]), []);
});
