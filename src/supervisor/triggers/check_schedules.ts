import { messageOf } from "../../errors.ts";
import { nextRotation } from "../../logs/schedule.ts";
import type { SpecSettings } from "../../settings/table/settings_table.ts";
import { checkPattern } from "./next_run.ts";

/**
 * Checks what only the cron parser can check of the settings of a process.
 *
 * @throws {Deno.errors.InvalidData} if one of them is no schedule, or they do not go together.
 */
export function checkSchedules(
  { cron_restart, schedule, timezone = null, log_rotate }: {
    readonly [K in "cron_restart" | "schedule" | "timezone" | "log_rotate"]?:
      | SpecSettings[K]
      | undefined;
  },
): void {
  if (cron_restart && schedule) {
    throw new Deno.errors.InvalidData(
      "it has both schedule, for a job that ends, and cron_restart, for a program that runs on; " +
        "leave one out",
    );
  }
  if (timezone !== null) checkPattern("* * * * *", timezone);
  if (cron_restart) checkPattern(cron_restart, timezone);
  if (schedule) checkPattern(schedule, timezone);
  if (log_rotate !== undefined && log_rotate !== null) checkRotation(log_rotate);
}

function checkRotation(schedule: string): void {
  let reason = "it never comes";
  try {
    if (nextRotation(schedule, Date.now()) !== undefined) return;
  } catch (error) {
    reason = messageOf(error);
  }
  throw new Deno.errors.InvalidData(
    `${JSON.stringify(schedule)} is no time to rotate logs at: ${reason}; ` +
      "examples: daily, hourly, '0 */6 * * *'",
  );
}
