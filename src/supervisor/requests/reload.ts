import type { Failure } from "../../api/failure.ts";
import { reloadMessage } from "../../api/messages/reload.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Meta } from "../../meta/metadata.ts";
import { AT_ONCE } from "../../async/in_parallel.ts";
import { Places } from "../../async/places.ts";
import { doneBefore } from "../done_before.ts";
import { awaitEdges } from "../order/await_edges.ts";
import { withDependants } from "../order/with_dependants.ts";
import { dependencyEdges } from "../order/dependency_edges.ts";
import { appName, instancesOf } from "../scaling/instances.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { noteFailure } from "../note_failure.ts";
import { reload } from "../scaling/reload.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Reloads what is selected: several apps at the same time, each behind those that it depends on, and
 * the instances of one app one by one.
 */
export function reloadRoute(supervisor: Supervisor): Route {
  const underWay = new Set<ManagedProcess>();
  return route(reloadMessage, async ({ selectors, environment }, id) => {
    const requestedAt = performance.now();
    const reloaded: Meta[] = [];
    const failed: Failure[] = [];
    const begun = doneBefore(supervisor, id);
    const apps = byApp(supervisor, selectors);
    // The first instance stands for its app.
    const firstOf = new Map(
      apps.flatMap((instances) => instances.map((process) => [process, instances[0]!] as const)),
    );
    const firsts = [...new Set(firstOf.values())];
    const edges = dependencyEdges(supervisor.processes, firsts, (other) => firstOf.get(other));
    const done = new Map(firsts.map((first) => [first, Promise.withResolvers<void>()]));
    const places = new Places(AT_ONCE);
    await Promise.all(apps.map(async (instances) => {
      const first = instances[0]!;
      const name = appName(first);
      if (instances.some((process) => underWay.has(process))) {
        failed.push({ name, reason: "it is being reloaded already" });
        return done.get(first)!.resolve();
      }
      for (const process of instances) underWay.add(process);
      await noteFailure(failed, name, async () => {
        await awaitEdges(edges.get(first), (other) => done.get(other)?.promise);
        // Not taken before: what it waits for may need it.
        using _place = await places.take();
        const result = await reload(supervisor, instances, {
          environment,
          requestedAt,
          request: id?.id,
          begun,
        });
        reloaded.push(...result.reloaded);
        failed.push(...result.failed);
      });
      done.get(first)!.resolve();
      for (const process of instances) underWay.delete(process);
    }));
    reloaded.sort((a, b) => a.tsm_id - b.tsm_id);
    return { reloaded, failed };
  });
}

/** What is selected, and what asks to be restarted with it, the instances of one app together. */
function byApp(
  supervisor: Supervisor,
  selectors: readonly string[],
): readonly (readonly ManagedProcess[])[] {
  const selected = supervisor.select("reload", selectors);
  const left = new Set(withDependants(supervisor.processes, selected));
  const apps: ManagedProcess[][] = [];
  for (const process of left) {
    const instances = instancesOf(supervisor, process).filter((sibling) => left.has(sibling));
    for (const instance of instances) left.delete(instance);
    if (instances.length > 0) apps.push(instances);
  }
  return apps;
}
