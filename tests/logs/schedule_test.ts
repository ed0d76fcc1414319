import { assertEquals, assertThrows } from "@std/assert";
import { nextRotation } from "../../src/logs/schedule.ts";

Deno.test("rotations by the clock are at UTC midnights, full hours, or as cron says", () => {
  const after = Date.parse("2024-10-13T14:05:00Z");
  const next = (schedule: string) => new Date(nextRotation(schedule, after)!).toISOString();
  assertEquals(next("daily"), "2024-10-14T00:00:00.000Z");
  assertEquals(next("hourly"), "2024-10-13T15:00:00.000Z");
  assertEquals(next("30 */6 * * *"), "2024-10-13T18:30:00.000Z");
  assertThrows(() => nextRotation("weekly-ish", after), Deno.errors.InvalidData);
});
