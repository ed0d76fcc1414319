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

/** Milliseconds between two looks at the clock, which somebody may have set meanwhile. */
const LOOK_EVERY = 10_000;
/** Milliseconds by which a clock may be set back without what was done being done again. */
const SMALL_STEP = 30_000;

/**
 * Runs `action` whenever `pattern` says so, in the local time zone. Where the clock is set back by
 * an hour it goes by the new time: it does not wait for the old one to come again.
 *
 * @param lookEvery Milliseconds after which it is noticed that the clock was set.
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
export function scheduleCron(
  pattern: string,
  action: () => void,
  lookEvery: number = LOOK_EVERY,
): () => void {
  checkCronPattern(pattern);
  const cron = new Cron(pattern, { paused: true });
  let last = { due: -Infinity, at: -Infinity };
  const nextAfter = (now: number): number => {
    // A clock that is corrected by a second would come to the same time twice.
    const isJustDone = performance.now() - last.at < SMALL_STEP && last.due - now < SMALL_STEP;
    const from = isJustDone ? Math.max(now, last.due) : now;
    return cron.nextRun(new Date(from))?.getTime() ?? Infinity;
  };
  let due = nextAfter(Date.now());
  let timer: ReturnType<typeof setTimeout>;
  const look = () => {
    const now = Date.now();
    if (now >= due) {
      last = { due, at: performance.now() };
      action();
    }
    due = nextAfter(now);
    timer = setTimeout(look, Math.min(due - now, lookEvery));
  };
  timer = setTimeout(look, Math.min(due - Date.now(), lookEvery));
  return () => clearTimeout(timer);
}

function invalid(pattern: string, reason: string): Error {
  return new Deno.errors.InvalidData(
    `${JSON.stringify(pattern)} is no cron pattern: ${reason}; ` +
      'example: "0 3 * * *" is three o\'clock every night',
  );
}
