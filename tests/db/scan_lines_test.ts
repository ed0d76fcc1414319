import { assertEquals } from "@std/assert";
import { LineProblems } from "../../src/db/line_problems.ts";
import { scanLines } from "../../src/db/scan_lines.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const decoder = new TextDecoder();

async function linesOf(path: string, problems = new LineProblems()): Promise<string[]> {
  const lines: string[] = [];
  const take = (bytes: Uint8Array, from: number, to: number) => {
    lines.push(decoder.decode(bytes.subarray(from, to)));
    return undefined;
  };
  await scanLines(path, { take }, problems);
  return lines;
}

async function compress(path: string): Promise<string> {
  const gzip = new CompressionStream("gzip");
  const stream = (await Deno.open(path)).readable.pipeThrough(gzip);
  await Deno.writeFile(`${path}.gz`, stream);
  return `${path}.gz`;
}

for (const length of [1, 100, 1_048_575, 1_048_576, 1_048_577, 3_000_000]) {
  Deno.test(`lines of ${length} bytes come whole, wherever a piece of the file ends`, async () => {
    using temporary = new TemporaryRoot();
    const count = Math.max(3, Math.min(20_000, Math.ceil(2_500_000 / (length + 1))));
    const expected = Array.from({ length: count }, (_, index) => String(index % 10).repeat(length));
    const path = temporary.write("day.jsonl", `${expected.join("\n")}\n`);
    for (const file of [path, await compress(path)]) {
      const lines = await linesOf(file);
      assertEquals(lines.length, count);
      assertEquals(lines.every((line, index) => line === expected[index]), true);
    }
  });
}

Deno.test("a last line without a line break is a line, and nothing behind the last break is none", async () => {
  using temporary = new TemporaryRoot();
  assertEquals(await linesOf(temporary.write("a.jsonl", "1\n2")), ["1", "2"]);
  assertEquals(await linesOf(temporary.write("b.jsonl", "1\n")), ["1"]);
  assertEquals(await linesOf(temporary.write("c.jsonl", "")), []);
  assertEquals(await linesOf(`${temporary.work}/missing.jsonl`), []);
});

Deno.test("a line that was taken by its usual form is not looked for again, but counted", async () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("day.jsonl", "ab\ncd\n\nef\n");
  const taken: string[] = [];
  const problems = new LineProblems();
  await scanLines(path, {
    take: () => "foreign",
    takeUsual(bytes, from) {
      if (bytes[from] === "e".charCodeAt(0) || bytes[from] === 0x0a) return -1;
      taken.push(decoder.decode(bytes.subarray(from, from + 2)));
      return from + 2;
    },
  }, problems);
  assertEquals(taken, ["ab", "cd"]);
  assertEquals(problems.sentences(), [
    `${path}: passed over 2 lines (1 empty, 1 foreign), the first is line 3`,
  ]);
});
