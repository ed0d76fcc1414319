import { assertEquals } from "@std/assert";
import { parseMoment } from "../../src/api/moment.ts";

/** 2023-10-13T14:05:09Z, the clock of the supervisor. */
const NOW = 1_697_205_909_000;

const MOMENTS: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ["1697205909", 1_697_205_909],
  ["1697205909.25", 1_697_205_909.25],
  ["0", 0],
  ["10m", 1_697_205_309],
  ["1.5h", 1_697_200_509],
  ["500ms", 1_697_205_908.5],
  ["2023-10-13", 1_697_155_200],
  ["2023-10-13T14:05:09Z", 1_697_205_909],
  ["2023-10-13T14:05:09.5Z", 1_697_205_909.5],
  ["2023-10-13T16:05+02:00", 1_697_205_900],
  // A plus sign that nobody has encoded.
  ["2023-10-13T16:05 02:00", 1_697_205_900],
  // Without a zone it would depend on whose clock it is.
  ["2023-10-13T14:05:09", undefined],
  ["2023-13-41", undefined],
  ["14:05", undefined],
  ["-10m", undefined],
  ["10", 10],
  ["10 m", undefined],
  ["1e9", undefined],
  ["", undefined],
  ["now", undefined],
];

for (const [text, seconds] of MOMENTS) {
  Deno.test(`as a time of a request, '${text}' is ${seconds ?? "none"}`, () => {
    assertEquals(parseMoment(text, NOW), seconds);
  });
}
