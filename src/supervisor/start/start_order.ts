import { AT_ONCE } from "./in_parallel.ts";

/** Something to be started when it is its turn. */
export interface OrderedStart {
  /** A low one comes first. */
  readonly priority: number;
  /** What must be awaited before it; `undefined`: nothing. A rejection means: never. */
  readonly mayStart: Promise<void> | undefined;
  /** Starts it. */
  start(): Promise<void>;
  /** Told instead of `start`, where it may never. */
  give(up: unknown): void;
}

/**
 * Starts what it is given, {@linkcode AT_ONCE} at a time: each when it may, and not
 * beside one of a lower priority that is being started or may be.
 *
 * @returns when each has been started or given up.
 */
export function startInOrder(starts: readonly OrderedStart[]): Promise<void> {
  const waiting = new Set(starts);
  const candidates = starts.filter(({ mayStart }) => mayStart === undefined);
  const running = new Set<OrderedStart>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = (start: OrderedStart) => {
    waiting.delete(start);
    running.delete(start);
    proceed();
  };
  const proceed = () => {
    if (waiting.size === 0) return resolve();
    candidates.sort((a, b) => a.priority - b.priority);
    while (running.size < AT_ONCE && candidates.length > 0) {
      const { priority } = candidates[0]!;
      if ([...running].some((other) => other.priority < priority)) return;
      const next = candidates.shift()!;
      running.add(next);
      next.start().catch((error) => next.give(error)).finally(() => settle(next));
    }
  };
  for (const start of starts) {
    start.mayStart?.then(() => {
      candidates.push(start);
      proceed();
    }, (error) => {
      start.give(error);
      settle(start);
    });
  }
  proceed();
  return promise;
}
