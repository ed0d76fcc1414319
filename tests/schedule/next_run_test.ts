import { assertEquals, assertThrows } from "@std/assert";
import { nextRun } from "../../src/schedule/next_run.ts";

/** The next times of a pattern, in UTC. */
function times(pattern: string, after: string, timezone: string | null, count: number): string[] {
  let time = Date.parse(after);
  return Array.from({ length: count }, () => {
    time = nextRun(pattern, time, timezone)!;
    return new Date(time).toISOString().slice(0, 16);
  });
}

Deno.test("the hour that comes twice has the runs of every hour twice, those of a certain hour once", () => {
  const night = "2026-10-25T00:15Z";
  assertEquals(times("*/30 * * * *", night, "Europe/Berlin", 4), [
    "2026-10-25T00:30",
    "2026-10-25T01:00",
    "2026-10-25T01:30",
    "2026-10-25T02:00",
  ]);
  assertEquals(times("30 2 * * *", night, "Europe/Berlin", 2), [
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
  assertEquals(times("0 */2 * * * *", night, "Europe/Berlin", 2), [
    "2026-10-25T00:16",
    "2026-10-25T00:18",
  ]);
});

Deno.test("the hour that is left out in spring keeps nothing from running", () => {
  const night = "2026-03-29T00:45Z";
  assertEquals(times("*/30 * * * *", night, "Europe/Berlin", 3), [
    "2026-03-29T01:00",
    "2026-03-29T01:30",
    "2026-03-29T02:00",
  ]);
  assertEquals(times("30 2 * * *", night, "Europe/Berlin", 2), [
    "2026-03-29T01:30",
    "2026-03-30T00:30",
  ]);
  assertEquals(times("0 */2 * * *", night, "Europe/Berlin", 2), [
    "2026-03-29T02:00",
    "2026-03-29T04:00",
  ]);
});

Deno.test("a zone with half an hour of summer time, and one without any", () => {
  const night = "2026-04-04T14:15Z";
  assertEquals(times("0 * * * *", night, "Australia/Lord_Howe", 3), [
    "2026-04-04T15:30",
    "2026-04-04T16:30",
    "2026-04-04T17:30",
  ]);
  assertEquals(times("0 3 * * *", "2026-03-28T12:00Z", "UTC", 1), ["2026-03-29T03:00"]);
});

Deno.test("what is no pattern, or no time zone, is refused with an example", () => {
  const pattern = () => nextRun("* * * *", 0, null);
  assertThrows(pattern, Deno.errors.InvalidData, '"* * * *" is no cron pattern');
  const zone = () => nextRun("* * * * *", 0, "Mars/Base");
  assertThrows(zone, Deno.errors.InvalidData, '"Mars/Base" is no time zone');
  assertThrows(() => nextRun("0 3 * * *", 0, "Mars/Base"), Deno.errors.InvalidData);
});

Deno.test("a day that none of several months has never comes, however long it is looked for", () => {
  for (const pattern of ["0 0 30 2 *", "0 0 31 2 *", "0 0 31 4,6,9,11 *"]) {
    for (const timezone of [null, "UTC", "Europe/Berlin"]) {
      assertEquals(nextRun(pattern, Date.now(), timezone), undefined);
    }
  }
});
