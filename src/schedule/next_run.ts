import { Cron } from "croner";
import { messageOf } from "../errors.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * When a cron pattern comes next.
 *
 * Where the clocks go back, an hour comes twice: patterns for every hour (`*`, or by steps in that
 * field) run in both, those for a certain hour once. Where they go forward, what would fall into
 * the hour that is left out is due when it would have begun.
 *
 * @param pattern Five fields, or six with the seconds in front.
 * @param after Milliseconds since the epoch.
 * @param timezone An IANA name; `null`: that of the supervisor.
 * @returns milliseconds since the epoch; `undefined` if never again.
 * @throws {Deno.errors.InvalidData} saying what is wrong with the pattern or the time zone.
 *
 * @example
 * ```ts
 * import { nextRun } from "./next_run.ts";
 *
 * nextRun("0 * * * *", Date.UTC(2026, 9, 25, 0, 30), "Europe/Berlin"); // 01:00 UTC, 02:00 again
 * ```
 */
export function nextRun(
  pattern: string,
  after: number,
  timezone: string | null,
): number | undefined {
  if (!isForEveryHour(pattern)) {
    return nextOf(pattern, after, timezone === null ? {} : { timezone });
  }
  // In the time of one offset no hour is missing and none comes twice.
  const offset = offsetAt(after, timezone);
  const next = nextOf(pattern, after, { utcOffset: offset });
  if (next === undefined || offsetAt(next, timezone) === offset) return next;
  const change = firstChange(after, next, timezone);
  return nextOf(pattern, change - 1, { utcOffset: offsetAt(change, timezone) });
}

/**
 * Checks a cron pattern.
 *
 * @throws {Deno.errors.InvalidData} saying what is wrong with it, or with the time zone.
 */
export function checkPattern(pattern: string, timezone: string | null): void {
  if (nextRun(pattern, Date.now(), timezone) === undefined) {
    throw invalid(pattern, "it never comes");
  }
}

function nextOf(
  pattern: string,
  after: number,
  zone: { readonly timezone?: string; readonly utcOffset?: number },
): number | undefined {
  try {
    return new Cron(pattern, { ...zone, paused: true }).nextRun(new Date(after))?.getTime();
  } catch (error) {
    // Croner looks for a day that no month has until the stack is full: "0 0 31 4,6,9,11 *".
    if (error instanceof RangeError && /stack/.test(error.message)) return undefined;
    throw invalid(pattern, messageOf(error).replace(/^Cron[A-Za-z]*: |\.$/g, ""));
  }
}

function isForEveryHour(pattern: string): boolean {
  const fields = pattern.trim().split(/\s+/);
  const [, second, third] = fields;
  const hour = fields.length === 5 ? second : third;
  return pattern.trim() === "@hourly" || hour !== undefined && hour.startsWith("*");
}

/** Minutes by which local time is ahead of UTC. */
function offsetAt(time: number, timezone: string | null): number {
  const date = new Date(time);
  if (timezone === null) return -date.getTimezoneOffset();
  const format = formatFor(timezone);
  const name = format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d+):?(\d*)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes a thousand times as long as using it. */
function formatFor(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  } catch {
    throw new Deno.errors.InvalidData(
      `${JSON.stringify(timezone)} is no time zone; examples: "Europe/Berlin", "UTC"`,
    );
  }
  formats.set(timezone, format);
  return format;
}

/** The first moment between two at which the offset is not what it was at `from`. */
function firstChange(from: number, to: number, timezone: string | null): number {
  const offset = offsetAt(from, timezone);
  let [before, behind] = [from, to];
  // Two changes in a week are known of no zone.
  while (before + 7 * DAY < to && offsetAt(before + 7 * DAY, timezone) === offset) {
    before += 7 * DAY;
  }
  behind = Math.min(before + 7 * DAY, to);
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2);
    if (offsetAt(middle, timezone) === offset) before = middle;
    else behind = middle;
  }
  return behind;
}

function invalid(pattern: string, reason: string): Error {
  return new Deno.errors.InvalidData(
    `${JSON.stringify(pattern)} is no cron pattern: ${reason}; ` +
      'example: "0 3 * * *" is three o\'clock every night',
  );
}
