import type { Failure } from "../../api/failure.ts";
import { restartMessage } from "../../api/messages/restart.ts";
import { type Route, route } from "../../api/server.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Environment } from "../../process/environment.ts";
import { awaitReady } from "../start/await_ready.ts";
import { inParallel } from "../../async/in_parallel.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { noteFailure } from "../note_failure.ts";
import { prepareRestart } from "../start/prepare_restart.ts";
import type { Supervisor } from "../supervisor.ts";

/** Restarts what is selected, many at once; one that fails does not hold up the others. */
export function restartRoute(supervisor: Supervisor): Route {
  return route(restartMessage, async ({ selectors, environment }) => {
    const requestedAt = performance.now();
    const selected = [...supervisor.select("restart", selectors)]
      .sort((a, b) => a.spec.priority - b.spec.priority);
    const restarted: Meta[] = [];
    const failed: Failure[] = [];
    await inParallel(selected, (process) =>
      noteFailure(failed, process.meta.name, async () => {
        await restart(supervisor, process, environment, requestedAt);
        restarted.push(process.meta);
      }));
    restarted.sort((a, b) => a.tsm_id - b.tsm_id);
    return { restarted, failed };
  });
}

async function restart(
  supervisor: Supervisor,
  process: ManagedProcess,
  environment: Environment | undefined,
  requestedAt: number,
): Promise<void> {
  const errSize = process.directory.errSize();
  const difference = await prepareRestart(supervisor, process, environment);
  const run = await process.restart({ environment: difference }, requestedAt);
  if (process.spec.wait_ready !== null) await awaitReady(process, run, { wait: 0, errSize });
}
