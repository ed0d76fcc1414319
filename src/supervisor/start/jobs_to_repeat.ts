import { readDependsOn } from "../../meta/dependency_graph.ts";
import type { SavedProcess } from "../../persist/saved_list.ts";
import { dependenciesCalled } from "../order/dependencies.ts";

/**
 * Which of the saved processes that had ended by themselves are started again when the list is
 * brought back: those that something needs to have `exited` well. What a migration has prepared
 * may be gone with the last boot, or with the version before.
 *
 * @param isToStart Whether a saved process that had not ended is about to be started.
 * @param hasSucceeded Whether it is known that a process has ended with code 0: where `once` is
 * said of it, that is enough.
 * @returns their names.
 */
export function jobsToRepeat(
  saved: readonly SavedProcess[],
  isToStart: (one: SavedProcess) => boolean,
  hasSucceeded: (name: string) => boolean,
): ReadonlySet<string> {
  const all = saved.map((one) => ({
    saved: one,
    meta: { name: one.name, port: one.spec.port },
    spec: one.spec,
  }));
  const starting = all.filter((one) => !one.saved.stopped && isToStart(one.saved));
  const repeated = new Set<string>();
  // A job that is added may need others itself: it is walked through too.
  for (const { spec } of starting) {
    for (const { word, condition, once } of readDependsOn(spec.depends_on)) {
      if (condition !== "exited") continue;
      for (const job of dependenciesCalled(all, spec, word)) {
        const { name, stopped, stopped_by } = job.saved;
        // Without a `stopped_by` it was stopped on request.
        if (!stopped || stopped_by === undefined || repeated.has(name)) continue;
        if (once && hasSucceeded(name)) continue;
        repeated.add(name);
        starting.push(job);
      }
    }
  }
  return repeated;
}
