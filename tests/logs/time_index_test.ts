import { assert, assertEquals } from "@std/assert";
import {
  arrival,
  formatIndex,
  IndexWriter,
  offsetSince,
  parseIndex,
  readIndex,
} from "../../src/logs/time_index.ts";

const ENTRIES = [{ time: 100, offset: 0 }, { time: 105, offset: 50 }, { time: 110, offset: 80 }];

Deno.test("a time is found as the offset of all that came then or later", () => {
  assertEquals(offsetSince(ENTRIES, 99), 0);
  assertEquals(offsetSince(ENTRIES, 105), 0);
  assertEquals(offsetSince(ENTRIES, 106), 50);
  assertEquals(offsetSince(ENTRIES, 1000), 80);
  assertEquals(offsetSince([], 5), 0);
});

Deno.test("a byte came between the two entries around it", () => {
  assertEquals(arrival(ENTRIES, 0), { after: 100, by: 105 });
  assertEquals(arrival(ENTRIES, 49), { after: 100, by: 105 });
  assertEquals(arrival(ENTRIES, 50), { after: 105, by: 110 });
  assertEquals(arrival(ENTRIES, 80), { after: 110, by: undefined });
  assertEquals(arrival([], 0), { after: undefined, by: undefined });
});

Deno.test("damaged lines of an index are passed over", () => {
  const text = "100 0\nrubbish\n105 50\n90 60\n106 40\n\0\0\0\n110 80\n111 9";
  assertEquals(parseIndex(text), ENTRIES);
  assertEquals(parseIndex(formatIndex(ENTRIES)), ENTRIES);
});

Deno.test("times have milliseconds, and those of an older version whole seconds", () => {
  const text = "100 0\n105.25 50\n105.251 60\n106.1234 70\n110 80\n";
  const entries = [
    { time: 100, offset: 0 },
    { time: 105.25, offset: 50 },
    { time: 105.251, offset: 60 },
    { time: 110, offset: 80 },
  ];
  assertEquals(parseIndex(text), entries);
  assertEquals(parseIndex(formatIndex(entries)), entries);
});

Deno.test("an index stays under a thousandth of the log, and keeps its ends", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/current.out.idx`;
    const writer = new IndexWriter(path);
    const begun = 1_700_000_000_000;
    let size = 0;
    for (let tick = 1; tick <= 20_000; tick++) {
      size += 10_000;
      writer.note(begun + tick * 5000, size, begun);
    }
    const bytes = Deno.statSync(path).size;
    assert(bytes < size / 1000, `${bytes} bytes of index for ${size}`);
    const entries = readIndex(path)!;
    assertEquals(entries[0], { time: begun / 1000, offset: 0 });
    assertEquals(entries.at(-1), { time: begun / 1000 + 100_000, offset: size });
    // The last minutes are still exact to the tick.
    writer.close();
    assertEquals(entries.at(-2), { time: begun / 1000 + 99_995, offset: size - 10_000 });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("an index that is held open is begun anew when its log is, and found again after a close", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/current.out.idx`;
    const writer = new IndexWriter(path);
    writer.note(1000, 10, 0);
    assertEquals(writer.isOpen, true);
    // As a rotation does: what comes afterwards belongs to the new index.
    Deno.renameSync(path, `${dir}/2024-10-13-00.out.idx`);
    writer.begin(2000);
    writer.note(3000, 20, 0);
    assertEquals(readIndex(path), [{ time: 2, offset: 0 }, { time: 3, offset: 20 }]);
    Deno.removeSync(path);
    writer.close();
    assertEquals(writer.isOpen, false);
    writer.note(4000, 30, 0);
    assertEquals(readIndex(path), [{ time: 4, offset: 30 }]);
    writer.close();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a damaged index is mended by the next note, and a missing one begun anew", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/current.out.idx`;
    Deno.writeTextFileSync(path, "100 0\n105 50\n106 9999\ntorn");
    const writer = new IndexWriter(path);
    writer.note(110_000, 80, 0);
    writer.close();
    assertEquals(readIndex(path), ENTRIES);
    assertEquals(Deno.readTextFileSync(path), formatIndex(ENTRIES));
    Deno.removeSync(path);
    const other = new IndexWriter(path);
    other.note(110_000, 80, 90_000);
    other.close();
    assertEquals(readIndex(path), [{ time: 90, offset: 0 }, { time: 110, offset: 80 }]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
