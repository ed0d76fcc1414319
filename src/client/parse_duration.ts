import { firstWrong, markedError } from "./mark.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration as people write it: `500ms`, `30s`, `10m`, `2h`, `7d`; a bare
 * number is seconds.
 *
 * @param what What it is for, in messages.
 * @returns milliseconds.
 * @throws {Deno.errors.InvalidData} if it is none.
 */
export function parseDuration(text: string, what: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)?$/.exec(text);
  if (!match) {
    throw markedError(
      `Cannot use ${JSON.stringify(text)} as ${what}: it takes a duration`,
      text,
      firstWrong(text, /^[0-9]+(\.[0-9]+)?/),
      "500ms, 30s, 10m, 2h, 7d",
    );
  }
  return Math.round(Number(match[1]) * UNITS[match[2] ?? "s"]!);
}
