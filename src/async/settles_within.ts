/**
 * Waits until a promise is fulfilled, but no longer than `milliseconds`. The promise may
 * settle later, or never; a rejection in time is thrown.
 *
 * @returns what it was fulfilled with; `undefined` where it is still pending.
 *
 * @example
 * ```ts
 * import { settlesWithin } from "./settles_within.ts";
 *
 * const child = new Deno.Command("sleep", { args: ["1"] }).spawn();
 * const status = await settlesWithin(child.status, 50);
 * console.log(status ? `ended with code ${status.code}` : "runs");
 * ```
 */
export async function settlesWithin<T>(
  promise: Promise<T>,
  milliseconds: number,
): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const time = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, time]);
  } finally {
    clearTimeout(timer);
  }
}
