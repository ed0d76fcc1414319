import { assert, assertEquals, assertThrows } from "@std/assert";
import { mergeByTime } from "../../src/logs/lines/merge.ts";
import { isHarmless } from "../../src/cli/logs/is_harmless.ts";
import { printable } from "../../src/printable.ts";
import { parseSize } from "../../src/cli/parse/parse_size.ts";
import { parseTime } from "../../src/cli/parse/parse_time.ts";

Deno.test("bytes that are shown as they are hold nothing that would be changed", () => {
  for (let byte = 0; byte < 256; byte++) {
    const bytes = new Uint8Array([0x61, byte, 0x61]);
    const text = new TextDecoder().decode(bytes);
    const isSame = printable(text, false) === text && byte < 0x80;
    assertEquals(isHarmless(bytes), isSame, `0x${byte.toString(16)}`);
  }
});

Deno.test("control characters become visible, colours stay where they are wanted", () => {
  assertEquals(printable("plain\ttext ümlaut", true), "plain\ttext ümlaut");
  assertEquals(printable("a\x1b[31mred", true), "a\x1b[31mred\x1b[0m");
  assertEquals(printable("a\x1b[31mred\x1b[0m", false), "ared");
  assertEquals(printable("\x1b]0;title\x07\x1b[1A\x1bc", true), "^[]0;title^G^[[1A^[c");
  assertEquals(printable("50%\r60%\r", false), "50%^M60%");
  assertEquals(printable("one\r\ntwo\x7f", false), "one\ntwo^?");
  assertEquals(printable("\x9b2J", true), "\\x9b2J");
  assertEquals(printable("exe.\u202etxt \u0627\u0644", true), "exe.\\u202etxt \u0627\u0644");
});

Deno.test("sizes are read in units of 1024, and what is none is marked", () => {
  assertEquals(
    ["0", "17", "1k", "10M", "1.5G", "10MB", "10MiB"].map((text) => parseSize(text, "a size")),
    [0, 17, 1024, 10 << 20, 1.5 * 2 ** 30, 10 << 20, 10 << 20],
  );
  for (const bad of ["", "M", "-1", "10X", "1 M", "1e9", "9999999999999G"]) {
    assertThrows(() => parseSize(bad, "a size"), Deno.errors.InvalidData, "examples: ", bad);
  }
});

Deno.test("times are read as durations ago, as local and as absolute ones", () => {
  const now = Date.parse("2024-10-13T12:00:00Z");
  const time = (text: string) => parseTime(text, "--since", now);
  assertEquals(time("10m"), now / 1000 - 600);
  assertEquals(time("@1697234567"), 1697234567);
  assertEquals(time("2024-10-13T14:05:09Z") * 1000, Date.parse("2024-10-13T14:05:09Z"));
  assertEquals(time("2024-10-13T14:05:09+02:00") * 1000, Date.parse("2024-10-13T12:05:09Z"));
  assertEquals(time("2024-10-13 14:05") * 1000, new Date(2024, 9, 13, 14, 5).getTime());
  assertEquals(time("2024-10-13") * 1000, new Date(2024, 9, 13).getTime());
  assertEquals(time("00:30") * 1000, new Date(now).setHours(0, 30, 0, 0));
  for (const bad of ["", "10", "25:00", "2024-13-40", "now-ish", "2024-10-13Tnoon"]) {
    assertThrows(() => time(bad), Deno.errors.InvalidData, "examples: ", bad);
  }
});

Deno.test("logs are merged by time, and keep their own order where times are equal", async () => {
  async function* of(...batches: [number, string][][]) {
    for (const batch of batches) {
      await Promise.resolve();
      yield batch.map(([by, text]) => ({ by, text }));
    }
  }
  const merged: string[] = [];
  const inputs = [
    of([[1, "a1"], [5, "a5"]], [], [[5, "a5'"], [9, "a9"]]),
    of(),
    of([[2, "b2"], [5, "b5"], [7, "b7"]]),
  ];
  for await (const batch of mergeByTime(inputs)) merged.push(...batch.map(({ text }) => text));
  assertEquals(merged, ["a1", "b2", "a5", "a5'", "b5", "b7", "a9"]);
});

Deno.test("to merge a log more costs no more where there are hundreds", async () => {
  let looks = 0;
  async function* logOf(place: number) {
    await Promise.resolve();
    yield Array.from({ length: 4 }, (_, index) => ({
      get by() {
        looks++;
        return index + place / 1000;
      },
    }));
  }
  let lines = 0;
  const inputs = Array.from({ length: 500 }, (_, place) => logOf(place));
  for await (const batch of mergeByTime(inputs)) lines += batch.length;
  assertEquals(lines, 2000);
  // To find the next line among 500 logs takes some nine comparisons of two times, twice.
  assert(looks < lines * 50, `it looked at ${looks} times for ${lines} lines`);
});

Deno.test("isHarmless() finds every byte that is not, wherever it stands", () => {
  const buffer = new Uint8Array(40);
  for (let start = 0; start < 4; start++) {
    for (let length = 0; length <= 12; length++) {
      const lines = buffer.subarray(start, start + length);
      for (let at = 0; at < length; at++) {
        for (let byte = 0; byte < 256; byte++) {
          buffer.fill(0x61);
          lines[at] = byte;
          const expected = byte === 0x09 || byte === 0x0a || (byte >= 0x20 && byte < 0x7f);
          if (isHarmless(lines) !== expected) {
            throw new Error(`byte ${byte} at ${at} of ${length}, from ${start}`);
          }
        }
      }
    }
  }
});
