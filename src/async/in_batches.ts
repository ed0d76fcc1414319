import { turnEnds } from "./turn_ends.ts";

/**
 * Makes an action that is done for many at a time: what is handed over in one turn is done
 * together, and so is what is handed over while the action is under way.
 *
 * @param handle Gives a result for each item, in their order. What it throws is thrown to each.
 *
 * @example
 * ```ts
 * import { inBatches } from "./in_batches.ts";
 *
 * const square = inBatches((numbers: readonly number[]) =>
 *   Promise.resolve(numbers.map((number) => number * number))
 * );
 * await Promise.all([square(2), square(3), square(4)]); // handles [2, 3, 4]
 * ```
 */
export function inBatches<Item, Result>(
  handle: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: { readonly item: Item; readonly done: PromiseWithResolvers<Result> }[] = [];
  let busy = false;
  const proceed = async () => {
    busy = true;
    while (waiting.length > 0) {
      await turnEnds();
      const batch = waiting;
      waiting = [];
      try {
        const results = await handle(batch.map(({ item }) => item));
        batch.forEach(({ done }, index) => done.resolve(results[index]!));
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    busy = false;
  };
  return (item) => {
    const done = Promise.withResolvers<Result>();
    waiting.push({ item, done });
    if (!busy) proceed();
    return done.promise;
  };
}
