import { assert, assertEquals, assertThrows } from "@std/assert";
import { MetricsWriter } from "../../src/db/metrics_writer.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const NOON = Date.parse("2024-10-13T12:00:00Z");

function lines(temporary: TemporaryRoot, day: string): Record<string, unknown>[] {
  return Deno.readTextFileSync(`${temporary.root.metrics}/${day}.jsonl`).trimEnd().split("\n")
    .map((line) => JSON.parse(line));
}

Deno.test("a minute of looks becomes one line a process: means and maxima", () => {
  using temporary = new TemporaryRoot();
  const writer = new MetricsWriter(temporary.root);
  writer.add({ api: { cpu: 1, mem: 100 }, web: { cpu: 0, mem: 7 } }, NOON + 5_000);
  writer.add({ api: { cpu: 4, mem: 300 } }, NOON + 10_000);
  assertEquals([...Deno.readDirSync(temporary.root.metrics)], []);
  writer.add({ api: { cpu: 9, mem: 9 } }, NOON + 60_000);
  const time = NOON / 1000;
  assertEquals(lines(temporary, "2024-10-13"), [
    { time, name: "api", cpu: 2.5, mem: 200, cpu_max: 4, mem_max: 300 },
    { time, name: "web", cpu: 0, mem: 7, cpu_max: 0, mem_max: 7 },
  ]);
  const keys = Object.keys(lines(temporary, "2024-10-13")[0]!);
  assertEquals(keys.slice(0, 4), ["time", "name", "cpu", "mem"]);
});

Deno.test("a minute lies in the file of its own UTC day, whenever it is written", () => {
  using temporary = new TemporaryRoot();
  const writer = new MetricsWriter(temporary.root);
  writer.add({ api: { cpu: 1, mem: 1 } }, Date.parse("2024-10-13T23:59:55Z"));
  writer.add({ api: { cpu: 2, mem: 2 } }, Date.parse("2024-10-14T00:00:00Z"));
  writer.flush();
  writer.flush();
  assertEquals(lines(temporary, "2024-10-13").map(({ cpu }) => cpu), [1]);
  assertEquals(lines(temporary, "2024-10-14").map(({ cpu }) => cpu), [2]);
});

Deno.test("a clock that jumps back makes a line of its own", () => {
  using temporary = new TemporaryRoot();
  const writer = new MetricsWriter(temporary.root);
  writer.add({ api: { cpu: 1, mem: 1 } }, NOON);
  writer.add({ api: { cpu: 2, mem: 2 } }, NOON - 3_600_000);
  writer.flush();
  assertEquals(lines(temporary, "2024-10-13").map(({ time }) => time), [
    NOON / 1000,
    NOON / 1000 - 3600,
  ]);
});

Deno.test("what the disk refuses is dropped, and the next minute is written", () => {
  using temporary = new TemporaryRoot();
  const { metrics } = temporary.root;
  const writer = new MetricsWriter(temporary.root);
  writer.add({ api: { cpu: 1, mem: 1 } }, NOON);
  Deno.removeSync(metrics);
  Deno.writeTextFileSync(metrics, "no directory");
  assertThrows(() => writer.add({ api: { cpu: 2, mem: 2 } }, NOON + 60_000));
  Deno.removeSync(metrics);
  Deno.mkdirSync(metrics);
  writer.flush();
  assertEquals(lines(temporary, "2024-10-13").map(({ cpu }) => cpu), [2]);
});

Deno.test("100 processes for a day fit in 15 MB", () => {
  using temporary = new TemporaryRoot();
  const writer = new MetricsWriter(temporary.root);
  const name = (index: number) => `service-${String(index).padStart(2, "0")}-3000`;
  const minutes = 10;
  for (let minute = 0; minute < minutes; minute++) {
    writer.add(
      Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [name(index), { cpu: 99.9, mem: 1_999_999 }]),
      ),
      NOON + minute * 60_000,
    );
  }
  writer.flush();
  const { size } = Deno.statSync(`${temporary.root.metrics}/2024-10-13.jsonl`);
  assert(size / minutes * 1440 <= 15_000_000, `${size / minutes * 1440} bytes`);
});
