import { toMilliseconds } from "../../units.ts";
import { firstWrong, markedError } from "./mark.ts";

/**
 * Reads a duration as people write it: `500ms`, `30s`, `10m`, `2h`, `7d`. A number
 * without a unit is refused: PM2 would take it for milliseconds, most others for seconds.
 *
 * @param what What it is for, in messages.
 * @returns milliseconds.
 * @throws {Deno.errors.InvalidData} if it is none.
 */
export function parseDuration(text: string, what: string): number {
  const milliseconds = toMilliseconds(text);
  if (milliseconds !== undefined) return milliseconds;
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) {
    throw new Deno.errors.InvalidData(
      `Cannot use ${JSON.stringify(text)} as ${what}: it has no unit; write ${text}ms for ` +
        `milliseconds, as PM2 reads it, or ${text}s for seconds`,
    );
  }
  throw markedError(
    `Cannot use ${JSON.stringify(text)} as ${what}: it takes a duration`,
    text,
    firstWrong(text, /^[0-9]+(\.[0-9]+)?/),
    "500ms, 30s, 10m, 2h, 7d",
  );
}
