import { turnEnds } from "./turn_ends.ts";

/**
 * Cuts work into slices, so that the event loop attends to other things between them: of all that
 * wait for the result of a call, `size` go on in a turn.
 *
 * @example
 * ```ts
 * import { slices } from "./slices.ts";
 *
 * const slice = slices(16);
 * await Promise.all(jobs.map(async (job) => {
 *   await slice();
 *   run(job);
 * }));
 * ```
 */
export function slices(size: number): () => Promise<void> {
  let left = size;
  let next: Promise<void> | undefined;
  const refill = () => {
    left = size;
    next = undefined;
  };
  return async () => {
    while (left === 0) await (next ??= turnEnds().then(refill));
    left--;
  };
}
