import { assertEquals } from "@std/assert";
import { formatDuration } from "../../../src/cli/output/duration.ts";

const SAID: readonly (readonly [seconds: number, text: string])[] = [
  [-5, "0s"],
  [0, "0s"],
  [0.9, "0s"],
  [59.9, "59s"],
  [60, "1m"],
  [3599, "59m"],
  [3600, "1h"],
  [7322, "2h"],
  [86_399, "23h"],
  [86_400, "1d"],
  [40_000_000, "462d"],
];

for (const [seconds, text] of SAID) {
  Deno.test(`${seconds} seconds are '${text}'`, () => {
    assertEquals(formatDuration(seconds), text);
  });
}
