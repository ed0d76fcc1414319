/**
 * Who depends on whom.
 *
 * @module
 */

/** What a process can be depended on by. */
export interface Named {
  /** Its full name. */
  readonly name: string;
  /** The name its instances share. */
  readonly app: string | null;
  readonly port: number | null;
}

/** Tells whether `word`, as in `depends_on`, means the process: its app or its full name. */
export function isCalled({ name, app, port }: Named, word: string): boolean {
  return name === word || app === word ||
    (app === null && port !== null && name === `${word}-${port}`);
}

/**
 * Finds a circle in a graph.
 *
 * @param edges What each node leads to.
 * @returns the nodes of the first circle found, the first one again at its end.
 *
 * @example
 * ```ts
 * import { findCycle } from "./dependency_graph.ts";
 *
 * findCycle(new Map([["web", ["db"]], ["db", ["web"]]])); // ["web", "db", "web"]
 * ```
 */
export function findCycle(
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
}
