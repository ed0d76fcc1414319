import { dependantsOf } from "./dependants_of.ts";
import { dependencyEdges, type OrderedProcess } from "./dependency_edges.ts";

/**
 * Stops processes: each when those of them that depend on it have ended, and what does not depend
 * on each other at the same time. One that does not end in its `kill_timeout` holds up only what it
 * depends on, and not longer than that.
 *
 * @param all All that the supervisor manages.
 * @param stop Stops one; where it fails, the others are stopped nevertheless.
 * @returns when each has been stopped or has failed.
 */
export async function stopInOrder<P extends OrderedProcess>(
  all: readonly P[],
  processes: readonly P[],
  stop: (one: P) => Promise<void>,
): Promise<void> {
  const selected = new Set(processes);
  const edges = dependencyEdges(all, processes, (other) => selected.has(other) ? other : undefined);
  const dependants = dependantsOf(edges);
  const ends = new Map(
    [...edges.keys()].map((process) => [process, Promise.withResolvers<void>()]),
  );
  await Promise.allSettled(processes.map(async (process) => {
    try {
      const before = dependants.get(process);
      if (before) await Promise.all(before.map((dependant) => ends.get(dependant)?.promise));
      await stop(process);
    } finally {
      ends.get(process)?.resolve();
    }
  }));
}
