import { assert, assertEquals } from "@std/assert";
import { compactHistories, foldLoops } from "../../../src/db/retention/compact_history.ts";
import { type HistoryEntry, readHistory } from "../../../src/db/read_history.ts";
import { phasesOf } from "../../../src/db/life.ts";
import { isThere } from "../../../src/files/path_info.ts";
import { historyPath } from "../../../src/root.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const DAY = 86_400;
/** The beginning of a day. */
const BEGIN = 19_700 * DAY;

/** A start, and `count` crashes a second apart, each followed by a restart. */
function loop(count: number, from = BEGIN): HistoryEntry[] {
  const name = "x";
  return [
    { time: from, event: "start", name, pid: 1 },
    ...Array.from({ length: count }, (_, index): HistoryEntry[] => {
      const time = from + index;
      return [
        { time, event: "online", name, pid: index + 1 },
        { time, event: "crash", name, pid: index + 1, exit_code: 3, uptime: 0 },
        { time: time + 1, event: "restart", name, pid: index + 2, reason: "exited with code 3" },
      ];
    }).flat(),
  ];
}

const crashesIn = (entries: readonly HistoryEntry[]) =>
  entries.filter(({ event }) => event === "crash")
    .reduce((sum, { folded }) => sum + 1 + (folded ?? 0), 0);

Deno.test("a crash loop becomes a line a day, and tells as many crashes and the same times", () => {
  const entries = loop(3 * DAY);
  const folded = foldLoops(entries);
  assertEquals(crashesIn(folded), 3 * DAY);
  // A first crash and a last run for each day, and the latest entries one by one.
  assert(folded.length < 540, `${folded.length} entries`);
  const times = (of: readonly HistoryEntry[]) =>
    phasesOf(of, "down").map(({ kind, from, to }) => ({ kind, from, to }));
  assertEquals(times(folded), times(entries));
  assertEquals(crashesIn(foldLoops(folded)), 3 * DAY);
});

Deno.test("crashes of another kind, and runs that lasted, stay one by one", () => {
  const name = "x";
  const crash = (time: number, exit_code: number, uptime: number): HistoryEntry[] => [
    { time, event: "restart", name, pid: time },
    { time: time + uptime, event: "crash", name, pid: time, exit_code, uptime },
  ];
  const steady = Array.from({ length: 400 }, (_, index) => crash(BEGIN + index * 100, 1, 90));
  const mixed = Array.from({ length: 400 }, (_, index) => crash(BEGIN + index, index % 2, 0));
  assertEquals(foldLoops(steady.flat()), steady.flat());
  assertEquals(foldLoops(mixed.flat()), mixed.flat());
});

Deno.test("a history is shorter than a megabyte, its latest entries are all there", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const mixed = loop(20_000).map((entry, index) =>
    entry.event === "crash" ? { ...entry, exit_code: index % 7 } : entry
  );
  write(historyPath(root, "x"), mixed);
  compactHistories(root, { oldest: undefined, isListed: () => true });
  assert(Deno.statSync(historyPath(root, "x")).size < 1024 * 1024);
  assertEquals(readHistory(root, "x").slice(-1000), mixed.slice(-1000));
});

Deno.test("a megabyte is one of bytes, whatever the letters", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const entries = Array.from({ length: 400 }, (_, index): HistoryEntry => (
    { time: BEGIN + index, event: "rotate", name: "x", reason: "é".repeat(1500) }
  ));
  write(historyPath(root, "x"), entries);
  assert(Deno.statSync(historyPath(root, "x")).size > 1024 * 1024);
  compactHistories(root, { oldest: undefined, isListed: () => true });
  assert(Deno.statSync(historyPath(root, "x")).size < 512 * 1024);
});

Deno.test("what is too old goes, but for how it stood", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const name = "x";
  const running: HistoryEntry[] = [
    { time: BEGIN, event: "start", name, pid: 7 },
    { time: BEGIN, event: "online", name, pid: 7 },
    { time: BEGIN + 5 * DAY, event: "rotate", name },
    { time: BEGIN + 40 * DAY, event: "rotate", name },
  ];
  write(historyPath(root, "x"), running);
  write(historyPath(root, "removed"), running);
  Deno.utimeSync(historyPath(root, "removed"), BEGIN, BEGIN);
  compactHistories(root, { oldest: BEGIN + 30 * DAY, isListed: (name) => name === "x" });
  assertEquals(readHistory(root, "x"), [running[0]!, running[3]!]);
  assert(!isThere(historyPath(root, "removed")));
});

function write(path: string, entries: readonly HistoryEntry[]): void {
  Deno.writeTextFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}
