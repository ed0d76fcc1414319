import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { processesRead, type ProcessRow } from "../../api/reads/processes.ts";
import type { ProcessStats } from "../../api/messages/stats.ts";
import { withCrashLoop } from "../../meta/crash_loop.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { ReadContext } from "./read_context.ts";

/** Lists the processes. What they use is that of the last tick: a list that is asked for often costs little. */
export function processesRoute({ supervisor }: ReadContext): ReadRoute {
  return readRoute(processesRead, () => {
    const stats = supervisor.latestStats();
    return {
      processes: supervisor.processes.map((process) => rowOf(process, stats[process.meta.name])),
    };
  });
}

function rowOf(process: ManagedProcess, stats: ProcessStats | undefined): ProcessRow {
  const { meta, spec, run, health } = process;
  return {
    ...withCrashLoop(meta),
    cpu: run && stats ? stats.cpu : null,
    mem: run && stats ? stats.mem : null,
    namespace: spec.namespace,
    app: spec.app,
    instance: spec.instance,
    health: health ?? null,
  };
}
