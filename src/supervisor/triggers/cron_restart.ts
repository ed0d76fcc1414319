import { Cron } from "croner";
import { messageOf } from "../../errors.ts";

/**
 * Checks the pattern of a `cron_restart`.
 *
 * @throws {Deno.errors.InvalidData} saying what is wrong with it.
 */
export function checkCronPattern(pattern: string): void {
  let next: Date | null;
  try {
    next = new Cron(pattern, { paused: true }).nextRun();
  } catch (error) {
    throw invalid(pattern, messageOf(error).replace(/^Cron[A-Za-z]*: |\.$/g, ""));
  }
  if (next === null) throw invalid(pattern, "it never comes");
}

/**
 * Runs `action` whenever `pattern` says so, in the local time zone.
 *
 * @returns a function that ends it.
 * @throws {Deno.errors.InvalidData} if the pattern is none.
 *
 * @example
 * ```ts
 * import { scheduleCron } from "./cron_restart.ts";
 *
 * const end = scheduleCron("0 3 * * *", () => console.log("three o'clock"));
 * ```
 */
export function scheduleCron(pattern: string, action: () => void): () => void {
  checkCronPattern(pattern);
  const schedule = new Cron(pattern, action);
  return () => schedule.stop();
}

function invalid(pattern: string, reason: string): Error {
  return new Deno.errors.InvalidData(
    `${JSON.stringify(pattern)} is no cron pattern: ${reason}; ` +
      'example: "0 3 * * *" is three o\'clock every night',
  );
}
