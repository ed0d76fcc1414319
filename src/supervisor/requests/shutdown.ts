import type { Failure } from "../../api/failure.ts";
import { shutdownMessage, type ShutdownResponse } from "../../api/messages/shutdown.ts";
import { type Route, route } from "../../api/server/server.ts";
import { hasEnded } from "../../meta/status.ts";
import { noteFailure } from "../note_failure.ts";
import { stopInOrder } from "../order/stop_in_order.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Milliseconds that commands for events may take when all was stopped. */
const NOTIFIER_PATIENCE = 5000;

/** Ends the supervisor; its processes too, unless they are to be kept. */
export function shutdownRoute(supervisor: Supervisor, service: Service): Route {
  // Who asks while all are being stopped waits for the same end, and is told the same.
  let ending: Promise<Ended> | undefined;
  return route(shutdownMessage, async ({ keep_processes }) => {
    const { stopped, failed } = keep_processes
      ? { stopped: [], failed: [] }
      : await (ending ??= stopAll(supervisor));
    if (!keep_processes) await supervisor.notifier.finish(NOTIFIER_PATIENCE);
    for (const { name, reason } of failed) supervisor.log(`${name}: ${reason}`);
    supervisor.log(`shutdown: ${keep_processes ? "processes run on" : "processes stopped"}`);
    service.leave();
    return { pid: Deno.pid, stopped, failed };
  });
}

/** What was stopped, and what could not be. */
type Ended = Omit<ShutdownResponse, "pid">;

/**
 * Stops all that runs or would by itself, what depends on others before them. What has ended stays what it is: who or what stopped it
 * says whether it is to come back.
 */
async function stopAll(supervisor: Supervisor): Promise<Ended> {
  const stopped: string[] = [];
  const failed: Failure[] = [];
  supervisor.beginToLeave();
  const present = supervisor.processes.filter(({ run, meta }) => run || !hasEnded(meta.status));
  await stopInOrder(supervisor.processes, present, (process) => {
    const { run, meta: { name } } = process;
    return noteFailure(failed, name, async () => {
      await process.stop(true);
      if (run) stopped.push(name);
    });
  });
  return { stopped, failed };
}
