/**
 * Who depends on whom.
 *
 * @module
 */

import { unhandled } from "../errors.ts";
import type { Condition, SpecSettings } from "../settings/table/settings_table.ts";

/** What a process can be depended on by. */
export interface Named {
  /** Its full name. */
  readonly name: string;
  /** The name its instances share. */
  readonly app: string | null;
  readonly port: number | null;
}

/** What a process says of one that it depends on. */
export interface DependsOn {
  /** What that is called by; see {@linkcode isCalled}. */
  readonly word: string;
  /** What it must be before the process is started. */
  readonly condition: Condition;
  /** Whether the process is restarted with it. */
  readonly restart: boolean;
  /** Whether it is enough that it has ended well before the last boot. */
  readonly once: boolean;
}

/**
 * What a `depends_on` says.
 *
 * @example
 * ```ts
 * import { readDependsOn } from "./dependency_graph.ts";
 *
 * readDependsOn({ db: "healthy" });
 * // [{ word: "db", condition: "healthy", restart: false, once: false }]
 * ```
 */
export function readDependsOn(given: SpecSettings["depends_on"]): readonly DependsOn[] {
  return Object.entries(given).map(([word, value]) => ({
    word,
    restart: false,
    once: false,
    ...typeof value === "string" ? { condition: value } : value,
  }));
}

/** Tells whether `word`, as in `depends_on`, means the process: its app or its full name. */
export function isCalled({ name, app, port }: Named, word: string): boolean {
  return name === word || app === word ||
    (app === null && port !== null && name === `${word}-${port}`);
}

/** Whether only a process with a health check can meet the condition. */
export function needsHealthCheck(condition: Condition): boolean {
  switch (condition) {
    case "healthy":
      return true;
    case "started":
    case "exited":
      return false;
    default:
      return unhandled(condition);
  }
}

/**
 * Finds the circles in a graph, one after the other.
 *
 * @param nodes Where circles may begin.
 * @param next What a node leads to.
 * @returns of each circle its nodes, the first one again at its end.
 *
 * @example
 * ```ts
 * import { findCycles } from "./dependency_graph.ts";
 *
 * const edges: Record<string, string[]> = { web: ["db"], db: ["web"] };
 * [...findCycles(Object.keys(edges), (node) => edges[node] ?? [])]; // [["web", "db", "web"]]
 * ```
 */
export function* findCycles<Node>(
  nodes: readonly Node[],
  next: (node: Node) => readonly Node[],
): Generator<readonly Node[]> {
  const done = new Set<Node>();
  // By hand: a file may list so many in a row that a function that calls itself overflows.
  const way: { readonly node: Node; readonly following: Iterator<Node> }[] = [];
  const places = new Map<Node, number>();
  const enter = (node: Node) => {
    places.set(node, way.length);
    way.push({ node, following: next(node)[Symbol.iterator]() });
  };
  for (const first of nodes) {
    if (!done.has(first)) enter(first);
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const step = last.following.next();
      if (step.done) {
        way.pop();
        places.delete(last.node);
        done.add(last.node);
        continue;
      }
      const place = places.get(step.value);
      if (place !== undefined) yield [...way.slice(place).map(({ node }) => node), step.value];
      else if (!done.has(step.value)) enter(step.value);
    }
  }
}
