import type { Failure } from "../../api/failure.ts";
import { shutdownMessage } from "../../api/messages/shutdown.ts";
import { type Route, route } from "../../api/server.ts";
import { noteFailure } from "../note_failure.ts";
import type { Service } from "../service.ts";
import type { Supervisor } from "../supervisor.ts";

/** Ends the supervisor; its processes too, unless they are to be kept. */
export function shutdownRoute(supervisor: Supervisor, service: Service): Route {
  return route(shutdownMessage, async ({ keep_processes }) => {
    const stopped: string[] = [];
    const failed: Failure[] = [];
    if (!keep_processes) {
      supervisor.beginToLeave();
      // A process that is `errored` stays so: the reason is still worth knowing when the next
      // supervisor comes up.
      const ended = supervisor.processes.filter(({ meta }) => meta.status !== "errored");
      await Promise.all(ended.map((process) => {
        const { run, meta: { name } } = process;
        return noteFailure(failed, name, async () => {
          await process.stop(true);
          if (run) stopped.push(name);
        });
      }));
    }
    for (const { name, reason } of failed) supervisor.log(`${name}: ${reason}`);
    supervisor.log(`shutdown: ${keep_processes ? "processes run on" : "processes stopped"}`);
    service.leave();
    return { pid: Deno.pid, stopped, failed };
  });
}
