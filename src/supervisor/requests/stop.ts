import type { Failure } from "../../api/failure.ts";
import { stopMessage } from "../../api/messages/stop.ts";
import { type Route, route } from "../../api/server.ts";
import { noteFailure } from "../note_failure.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Stops what is selected, all at once, and answers when the last process is gone; one that
 * does not end holds up no other.
 */
export function stopRoute(supervisor: Supervisor): Route {
  return route(stopMessage, async ({ selectors, keep, kill = false }) => {
    const stopped: { name: string; tsm_id: number }[] = [];
    const failed: Failure[] = [];
    await Promise.all(
      supervisor.select("stop", selectors).map((process) => {
        const { name, tsm_id } = process.meta;
        return noteFailure(failed, name, async () => {
          await process.stop(keep, kill);
          stopped.push({ name, tsm_id });
        });
      }),
    );
    stopped.sort((a, b) => a.tsm_id - b.tsm_id);
    return { stopped, failed };
  });
}
