import { Cron } from "croner";
import { messageOf } from "../errors.ts";

const NAMED: Readonly<Record<string, string>> = { daily: "0 0 * * *", hourly: "0 * * * *" };

/**
 * When logs are rotated next by the clock, in UTC.
 *
 * @param schedule `daily`, `hourly` or a cron expression.
 * @param after Milliseconds since the epoch.
 * @returns milliseconds since the epoch; `undefined` if never again.
 * @throws {Deno.errors.InvalidData} if it is none of them.
 */
export function nextRotation(schedule: string, after: number): number | undefined {
  try {
    const cron = new Cron(NAMED[schedule] ?? schedule, { timezone: "UTC", paused: true });
    return cron.nextRun(new Date(after))?.getTime();
  } catch (error) {
    const reason = messageOf(error).replace(/^Cron[A-Za-z]*: |\.$/g, "");
    throw new Deno.errors.InvalidData(reason);
  }
}
