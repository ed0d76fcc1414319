import { firstWrong, markedError } from "./mark.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/**
 * Reads a size as people write it: `500K`, `10M`, `1.5G`; a bare number is bytes.
 *
 * @param what What it is for, in messages.
 * @returns bytes.
 * @throws {Deno.errors.InvalidData} if it is none, with the wrong part marked.
 */
export function parseSize(text: string, what: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)([KMG]?)(?:i?B)?$/i.exec(text);
  const bytes = match ? Math.round(Number(match[1]) * UNITS[match[2]!.toUpperCase()]!) : NaN;
  if (Number.isSafeInteger(bytes)) return bytes;
  throw markedError(
    `Cannot use ${JSON.stringify(text)} as ${what}: it takes a size in bytes, or with K, M or G`,
    text,
    match ? 0 : firstWrong(text, /^[0-9]+(\.[0-9]+)?/),
    "500K, 10M, 1G",
  );
}
