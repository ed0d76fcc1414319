/** How many processes are launched at the same time. */
export const AT_ONCE = 64;

/**
 * Does `action` with each of `items`, in their order, {@linkcode AT_ONCE} at a time.
 *
 * @returns when all are done.
 * @throws what an action throws; those that are under way go on.
 */
export async function inParallel<T>(
  items: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await action(next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
}
