import { assertEquals, assertThrows } from "@std/assert";
import { appendJsonLines } from "../../src/files/append_line.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("values are appended as lines of JSON to a file of the owner's", () => {
  using temporary = new TemporaryRoot();
  const path = `${temporary.work}/day.jsonl`;
  appendJsonLines(path, [{ event: "start", name: "a\nb" }, { event: "online" }]);
  appendJsonLines(path, [{ event: "stop" }]);
  assertEquals(
    Deno.readTextFileSync(path),
    '{"event":"start","name":"a\\nb"}\n{"event":"online"}\n{"event":"stop"}\n',
  );
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
});

for (const torn of ['{"event":"cra', "\0\0\0\0", '{"event":"start"}\0\0']) {
  Deno.test(`a torn last line is cut off, so that only it is lost: ${JSON.stringify(torn)}`, () => {
    using temporary = new TemporaryRoot();
    const path = temporary.write("day.jsonl", `{"event":"start"}\n${torn}`);
    appendJsonLines(path, [{ event: "stop" }]);
    assertEquals(Deno.readTextFileSync(path), '{"event":"start"}\n{"event":"stop"}\n');
  });
}

Deno.test("a last line that only lacks its line break gets it", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("day.jsonl", '{"event":"start"}');
  appendJsonLines(path, [{ event: "stop" }]);
  assertEquals(Deno.readTextFileSync(path), '{"event":"start"}\n{"event":"stop"}\n');
});

Deno.test("a file of one endless line is nothing to be cut", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("day.jsonl", "x".repeat(100_000));
  appendJsonLines(path, [1]);
  assertEquals(Deno.readTextFileSync(path), `${"x".repeat(100_000)}\n1\n`);
});

Deno.test("an empty file gets no empty line before its first", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("day.jsonl", "");
  appendJsonLines(path, [1]);
  assertEquals(Deno.readTextFileSync(path), "1\n");
});

Deno.test("a fifo in the place of the file is refused, and not written to until it is full", async () => {
  using temporary = new TemporaryRoot();
  const path = `${temporary.work}/day.jsonl`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  assertThrows(() => appendJsonLines(path, [1]), Deno.errors.InvalidData, path);
});
