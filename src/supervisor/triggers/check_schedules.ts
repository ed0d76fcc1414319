import { messageOf } from "../../errors.ts";
import { nextRotation } from "../../logs/schedule.ts";
import type { SpecSettings } from "../../settings/table/settings_table.ts";
import { checkCronPattern } from "./cron_restart.ts";

/**
 * Checks what only the cron parser can check of the settings of a process.
 *
 * @throws {Deno.errors.InvalidData} if `cron_restart` or `log_rotate` is no schedule.
 */
export function checkSchedules(
  { cron_restart, log_rotate }: {
    readonly [K in "cron_restart" | "log_rotate"]?: SpecSettings[K] | undefined;
  },
): void {
  if (cron_restart) checkCronPattern(cron_restart);
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
