import { AT_ONCE } from "../../async/in_parallel.ts";

/** Something to be started, and what must come before it. */
export interface OrderedStart {
  /** A low one comes first. */
  readonly priority: number;
  /**
   * Fulfilled when what it depends on is as it must be, rejected where that will never be so;
   * `undefined`: it depends on nothing.
   */
  readonly prerequisites: Promise<void> | undefined;
  /** Starts it. */
  start(): Promise<void>;
  /** Called where its prerequisites or its start have failed. */
  fail(error: unknown): void;
}

/**
 * Starts what it is given, {@linkcode AT_ONCE} at a time: each behind its prerequisites, and
 * not while one of a lower priority is being started or could be.
 *
 * @returns when each has been started or has failed.
 */
export function startInOrder(starts: readonly OrderedStart[]): Promise<void> {
  const unsettled = new Set(starts);
  const startable = starts.filter(({ prerequisites }) => prerequisites === undefined);
  const underWay = new Set<OrderedStart>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = (start: OrderedStart) => {
    unsettled.delete(start);
    underWay.delete(start);
    proceed();
  };
  const proceed = () => {
    if (unsettled.size === 0) return resolve();
    startable.sort((a, b) => a.priority - b.priority);
    while (underWay.size < AT_ONCE && startable.length > 0) {
      const { priority } = startable[0]!;
      if ([...underWay].some((other) => other.priority < priority)) return;
      const next = startable.shift()!;
      underWay.add(next);
      next.start().catch((error) => next.fail(error)).finally(() => settle(next));
    }
  };
  for (const start of starts) {
    start.prerequisites?.then(() => {
      startable.push(start);
      proceed();
    }, (error) => {
      start.fail(error);
      settle(start);
    });
  }
  proceed();
  return promise;
}
