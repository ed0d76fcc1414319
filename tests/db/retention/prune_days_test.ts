import { assertEquals } from "@std/assert";
import { pruneDays } from "../../../src/db/retention/prune_days.ts";
import type { RuntimeRoot } from "../../../src/root.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const NOW = Date.parse("2024-10-13T12:00:00Z");

function fill(root: RuntimeRoot, days: Readonly<Record<string, number>>): void {
  for (const directory of [root.events, root.metrics]) {
    Deno.mkdirSync(directory, { recursive: true });
    for (const [name, size] of Object.entries(days)) {
      const path = `${directory}/${name}`;
      Deno.writeFileSync(path, new Uint8Array(size));
      const written = new Date(name.slice(0, 10));
      if (!Number.isNaN(written.getTime())) Deno.utimeSync(path, written, written);
    }
  }
}

function left(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("pruneDays() removes days that are too long ago, and nothing that is no day", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  fill(root, {
    "2024-10-10.jsonl": 1,
    "2024-10-11.jsonl.gz": 1,
    "2024-10-12.jsonl": 1,
    "2024-10-13.jsonl": 1,
    "notes.txt": 1,
  });
  assertEquals(pruneDays(root, { days: 2, size: 0 }, NOW).length, 4);
  const expected = ["2024-10-12.jsonl", "2024-10-13.jsonl", "notes.txt"];
  assertEquals([left(root.events), left(root.metrics)], [expected, expected]);
  assertEquals(pruneDays(root, { days: 2, size: 0 }, NOW), []);
});

Deno.test("pruneDays() removes the oldest until the rest is small enough, but not today's", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  fill(root, { "2024-10-11.jsonl": 100, "2024-10-12.jsonl": 100, "2024-10-13.jsonl": 500 });
  pruneDays(root, { days: 30, size: 1250 }, NOW);
  assertEquals(left(root.events), ["2024-10-12.jsonl", "2024-10-13.jsonl"]);
  assertEquals(left(root.metrics), ["2024-10-12.jsonl", "2024-10-13.jsonl"]);
  pruneDays(root, { days: 30, size: 10 }, NOW);
  assertEquals(left(root.events), ["2024-10-13.jsonl"]);
});

Deno.test("pruneDays() removes nothing because the clock is ahead", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  fill(root, { "2024-10-12.jsonl": 1, "2024-10-13.jsonl": 1 });
  const ahead = NOW + 60 * 86_400_000;
  assertEquals(pruneDays(root, { days: 30, size: 0 }, ahead), []);
  // The supervisor has recorded its start by then, under the wrong day.
  fill(root, { "2024-12-12.jsonl": 1 });
  assertEquals(pruneDays(root, { days: 30, size: 0 }, ahead), []);
});

Deno.test("pruneDays() keeps what was written lately, whatever day it is called after", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  fill(root, { "2024-08-01.jsonl": 1, "2024-08-02.jsonl": 1, "2024-10-12.jsonl": 1 });
  const lately = new Date(NOW - 86_400_000);
  for (const directory of [root.events, root.metrics]) {
    Deno.utimeSync(`${directory}/2024-08-02.jsonl`, lately, lately);
  }
  pruneDays(root, { days: 30, size: 0 }, NOW);
  assertEquals(left(root.events), ["2024-08-02.jsonl", "2024-10-12.jsonl"]);
  assertEquals(left(root.metrics), ["2024-08-02.jsonl", "2024-10-12.jsonl"]);
});
