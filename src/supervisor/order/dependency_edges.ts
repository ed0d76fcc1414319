import { findCycles, readDependsOn } from "../../meta/dependency_graph.ts";
import type { Condition } from "../../settings/table/settings_table.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { dependenciesCalled } from "./dependencies.ts";

/** What the order of processes takes to know of one. */
export type OrderedProcess = Pick<ManagedProcess, "meta" | "spec">;

/** That a process depends on another one. */
export interface DependencyEdge<P> {
  readonly process: P;
  readonly condition: Condition;
}

/** What each process depends on; one that depends on nothing is not in it. */
export type DependencyEdges<P> = ReadonlyMap<P, readonly DependencyEdge<P>[]>;

/**
 * Finds what some processes depend on. There are no circles in it: files that were started one
 * after the other can make one, and who waits along it would wait for ever.
 *
 * @param all All that the supervisor manages.
 * @param processes Those whose dependencies are looked for.
 * @param awaited Gives who is waited for where something depends on this one; `undefined`: nobody.
 */
export function dependencyEdges<P extends OrderedProcess>(
  all: readonly P[],
  processes: readonly P[],
  awaited: (dependency: P) => P | undefined,
): DependencyEdges<P> {
  const edges = new Map<P, readonly DependencyEdge<P>[]>();
  for (const process of processes) {
    const { spec } = process;
    const found = readDependsOn(spec.depends_on).flatMap(({ word, condition }) =>
      dependenciesCalled(all, spec, word).flatMap((called) => {
        const dependency = awaited(called);
        return dependency === undefined ? [] : [{ process: dependency, condition }];
      })
    );
    if (found.length > 0) edges.set(process, found);
  }
  return withoutCircles(edges);
}

/** Leaves out, of each circle, the edge that closes it. */
function withoutCircles<P>(edges: DependencyEdges<P>): DependencyEdges<P> {
  const next = (process: P) => (edges.get(process) ?? []).map((edge) => edge.process);
  const closing = new Map<P, Set<P>>();
  for (const circle of findCycles([...edges.keys()], next)) {
    const [from, to] = circle.slice(-2) as [P, P];
    closing.set(from, (closing.get(from) ?? new Set()).add(to));
  }
  if (closing.size === 0) return edges;
  return new Map(
    [...edges].map(([process, found]) =>
      [process, found.filter((edge) => !closing.get(process)?.has(edge.process))] as const
    ),
  );
}
