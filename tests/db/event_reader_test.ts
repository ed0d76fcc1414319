import { assertEquals } from "@std/assert";
import { compressDays } from "../../src/db/retention/compress_days.ts";
import { EventReader } from "../../src/db/event_reader.ts";
import { LineProblems } from "../../src/db/line_problems.ts";
import type { RuntimeRoot } from "../../src/root.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const DAY = "2024-10-13";
const TIME = Date.parse(`${DAY}T12:00:00Z`) / 1000;
const ALWAYS = { since: 0, until: Infinity };

function append(root: RuntimeRoot, text: string): void {
  Deno.writeTextFileSync(`${root.events}/${DAY}.jsonl`, text, { append: true });
}

function line(name: string): string {
  return `${JSON.stringify({ time: TIME, event: "start", name })}\n`;
}

async function namesOf(reader: EventReader): Promise<(string | null)[]> {
  const names: (string | null)[] = [];
  for await (const events of reader.read(ALWAYS)) names.push(...events.map(({ name }) => name));
  return names;
}

Deno.test("events are read once, and read on from where the last reading ended", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const reader = new EventReader(root, new LineProblems());
  assertEquals(await namesOf(reader), []);
  append(root, line("a"));
  assertEquals(await namesOf(reader), ["a"]);
  assertEquals(await namesOf(reader), []);
  append(root, line("b") + line("c").slice(0, 10));
  assertEquals(await namesOf(reader), ["b"]);
  append(root, line("c").slice(10));
  assertEquals(await namesOf(reader), ["c"]);
});

Deno.test("a day that is compressed while it is followed is not told again", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  append(root, line("a"));
  const reader = new EventReader(root, new LineProblems());
  assertEquals(await namesOf(reader), ["a"]);
  await compressDays(root, Date.parse("2024-10-20T00:00:00Z"));
  assertEquals(await namesOf(reader), []);
  assertEquals(await namesOf(new EventReader(root, new LineProblems())), ["a"]);
});

Deno.test("lines that are none are counted, by their numbers in the file", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const problems = new LineProblems();
  const reader = new EventReader(root, problems);
  append(root, line("a"));
  await namesOf(reader);
  append(root, `\n{"event":"party"}\n${line("b")}`);
  assertEquals(await namesOf(reader), ["b"]);
  assertEquals(problems.sentences(), [
    `${root.events}/${DAY}.jsonl: passed over 2 lines (1 empty, 1 foreign), the first is line 2`,
  ]);
});
