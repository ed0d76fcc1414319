import type { Exit } from "../process/launch.ts";
import type { Run } from "./run.ts";

/**
 * Waits for a run's end, but no longer than `milliseconds`.
 *
 * @returns how it ended; `undefined` where it goes on.
 *
 * @example
 * ```ts
 * import { endsWithin } from "./ends_within.ts";
 *
 * const exit = await endsWithin(run, 50);
 * console.log(exit ? `ended with code ${exit.code}` : "runs");
 * ```
 */
export async function endsWithin(run: Run, milliseconds: number): Promise<Exit | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const time = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  const exit = await Promise.race([run.exited, time]);
  clearTimeout(timer);
  return exit;
}
