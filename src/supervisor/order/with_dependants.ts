import { readDependsOn } from "../../meta/dependency_graph.ts";
import { hasEnded, isMeantToRun } from "../../meta/status.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { dependenciesCalled } from "./dependencies.ts";

/**
 * Adds to processes that are to be restarted those that ask to be restarted with one of them, by
 * `restart` in their `depends_on`. What has ended stays so, and
 * so does a job at rest.
 *
 * @param all All that the supervisor manages.
 */
export function withDependants<P extends Pick<ManagedProcess, "meta" | "spec" | "run">>(
  all: readonly P[],
  processes: readonly P[],
): readonly P[] {
  const askers = new Map<P, P[]>();
  for (const process of all) {
    const { status } = process.meta;
    if (!process.run && (hasEnded(status) || !isMeantToRun(status))) continue;
    for (const { word, restart } of readDependsOn(process.spec.depends_on)) {
      if (!restart) continue;
      for (const dependency of dependenciesCalled(all, process.spec, word)) {
        const others = askers.get(dependency);
        if (others) others.push(process);
        else askers.set(dependency, [process]);
      }
    }
  }
  const found = new Set(processes);
  // What is added while it is walked through is walked through too.
  for (const process of found) {
    for (const asker of askers.get(process) ?? []) found.add(asker);
  }
  return [...found];
}
