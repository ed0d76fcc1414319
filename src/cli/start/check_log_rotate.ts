import { markedError } from "../parse/mark.ts";

/**
 * Checks what `--log-rotate` was given, before the supervisor does, so that the place in it is
 * marked.
 *
 * @param schedule `daily`, `hourly`, or a cron expression in UTC; nothing where it was not given.
 * @throws {Deno.errors.InvalidData} if it does not parse.
 */
export async function checkLogRotate(schedule: string | null | undefined): Promise<void> {
  if (schedule === undefined || schedule === null) return;
  if (schedule === "daily" || schedule === "hourly") return;
  // Imported here, so that a start without a cron expression does not load the parser.
  const { nextRotation } = await import("../../logs/schedule.ts");
  try {
    nextRotation(schedule, Date.now());
  } catch (error) {
    throw markedError(
      `Cannot rotate logs at ${JSON.stringify(schedule)}: ${(error as Error).message}`,
      schedule,
      0,
      "daily, hourly, '0 */6 * * *' (every six hours, UTC)",
    );
  }
}
