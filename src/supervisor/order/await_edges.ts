import { awaitDependencies, type DependencyProcess } from "./dependencies.ts";
import type { DependencyEdge } from "./dependency_edges.ts";

/**
 * Waits until what a process depends on is as it must be.
 *
 * @param edges What it depends on; `undefined`: nothing.
 * @param startOf Gives the start or restart of another process that is under way.
 * @returns `undefined` where it depends on nothing.
 */
export function awaitEdges<P extends DependencyProcess>(
  edges: readonly DependencyEdge<P>[] | undefined,
  startOf: (other: P) => Promise<unknown> | undefined,
): Promise<void> | undefined {
  if (edges === undefined || edges.length === 0) return undefined;
  return awaitDependencies(
    edges.map((edge) => ({ ...edge, started: startOf(edge.process) })),
  );
}
