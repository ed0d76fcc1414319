import { messageOf } from "../errors.ts";
import { nextRotation } from "../logs/schedule.ts";
import type { ProcessDefinition } from "../meta/process_definition.ts";
import { checkPattern } from "./next_run.ts";

/** The settings of a process that have to do with schedules. */
export type ScheduleSettings = Pick<
  ProcessDefinition["settings"],
  "cron_restart" | "schedule" | "timezone" | "overlap" | "log_rotate"
>;

/** What is wrong with one of them. */
export interface ScheduleProblem {
  readonly key: keyof ScheduleSettings;
  /** Says it to people. */
  readonly message: string;
}

/**
 * Finds patterns and time zones that are none or never come, and what does not go together.
 *
 * @example
 * ```ts
 * import { scheduleProblems } from "./schedule_problems.ts";
 *
 * scheduleProblems({ schedule: "0 0 30 2 *" }); // [{ key: "schedule", message: "… it never comes; …" }]
 * ```
 */
export function scheduleProblems(
  { cron_restart, schedule, timezone = null, log_rotate }: ScheduleSettings,
): readonly ScheduleProblem[] {
  const problems: ScheduleProblem[] = [];
  const attempt = (key: ScheduleProblem["key"], check: () => void): boolean => {
    try {
      check();
      return true;
    } catch (error) {
      problems.push({ key, message: messageOf(error) });
      return false;
    }
  };
  if (cron_restart && schedule) {
    const message = "it has both schedule, for a job that ends, and cron_restart, for a program " +
      "that runs on; leave one out";
    problems.push({ key: "cron_restart", message });
  }
  const isZone = timezone === null ||
    attempt("timezone", () => checkPattern("* * * * *", timezone));
  // Of one mistake one problem is told.
  const zone = isZone ? timezone : null;
  if (cron_restart) attempt("cron_restart", () => checkPattern(cron_restart, zone));
  if (schedule) attempt("schedule", () => checkPattern(schedule, zone));
  if (log_rotate) attempt("log_rotate", () => checkRotation(log_rotate));
  return problems;
}

/**
 * Finds settings that do nothing, as the one is missing that they belong to.
 *
 * @param given What a user asked for, without the stored defaults: those are for whichever
 * processes have a schedule.
 */
export function vainScheduleSettings(
  { cron_restart, schedule, timezone, overlap }: ScheduleSettings,
): readonly ScheduleProblem[] {
  if (schedule) return [];
  const problems: ScheduleProblem[] = [];
  if (timezone && !cron_restart) {
    const message = "it has a timezone, but neither a schedule nor a cron_restart to go by it; " +
      "add one, or leave timezone out";
    problems.push({ key: "timezone", message });
  }
  if (overlap) {
    const message = "it has an overlap, which is about the runs of a schedule, but no schedule; " +
      "add one, or leave overlap out";
    problems.push({ key: "overlap", message });
  }
  return problems;
}

/**
 * Refuses what has a problem.
 *
 * @throws {Deno.errors.InvalidData} saying the first one.
 */
export function refuseProblems([first]: readonly ScheduleProblem[]): void {
  if (first) throw new Deno.errors.InvalidData(first.message);
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
