import { markedError } from "./mark.ts";
import { parseDuration } from "./parse_duration.ts";

const EXAMPLES =
  "10m, 2h, 14:05, 2024-10-13, '2024-10-13 14:05', 2024-10-13T14:05:09Z, @1697234567";

/**
 * Reads a point in time as people write it: a duration ago (`10m`), a time of today
 * (`14:05`), a day, a day and a time, or `@` and epoch seconds. Without a zone it is
 * local time.
 *
 * @param what What it is for, in messages.
 * @param now Milliseconds since the epoch.
 * @returns epoch seconds.
 * @throws {Deno.errors.InvalidData} if it is none, marked.
 */
export function parseTime(text: string, what: string, now: number): number {
  const trimmed = text.trim();
  if (/^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$/.test(trimmed)) {
    return (now - parseDuration(trimmed, what)) / 1000;
  }
  const epoch = /^@([0-9]{1,12}(?:\.[0-9]+)?)$/.exec(trimmed);
  if (epoch) return Number(epoch[1]);
  const time = parseAbsolute(trimmed, new Date(now));
  if (time !== undefined && Number.isFinite(time)) return time / 1000;
  throw markedError(
    `Cannot use ${JSON.stringify(text)} as ${what}: it takes a duration ago or a point in time`,
    text,
    0,
    EXAMPLES,
  );
}

function parseAbsolute(text: string, now: Date): number | undefined {
  if (/^\d{1,2}:\d\d(:\d\d)?$/.test(text)) {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
    if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
    return new Date(now).setHours(hours, minutes, seconds, 0);
  }
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/
    .exec(text);
  if (!match) return undefined;
  const [, day, clock = "00:00", zone = ""] = match;
  return Date.parse(`${day}T${clock}${zone}`);
}
