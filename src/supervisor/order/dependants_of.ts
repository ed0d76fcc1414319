import type { DependencyEdges } from "./dependency_edges.ts";

/** What depends on each process; one that nothing depends on is not in it. */
export function dependantsOf<P>(edges: DependencyEdges<P>): ReadonlyMap<P, readonly P[]> {
  const dependants = new Map<P, P[]>();
  for (const [dependant, dependencies] of edges) {
    for (const { process } of dependencies) {
      const others = dependants.get(process);
      if (others) others.push(dependant);
      else dependants.set(process, [dependant]);
    }
  }
  return dependants;
}
