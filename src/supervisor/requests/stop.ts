import type { Failure } from "../../api/failure.ts";
import { stopMessage } from "../../api/messages/stop.ts";
import type { RequestId } from "../../api/request_id.ts";
import { type Route, route } from "../../api/server/server.ts";
import { doneBefore } from "../done_before.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { noteFailure } from "../note_failure.ts";
import { stopInOrder } from "../order/stop_in_order.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Stops what is selected, what depends on others before them, and answers when the last process is
 * gone.
 */
export function stopRoute(supervisor: Supervisor): Route {
  return route(stopMessage, async ({ selectors, keep, kill = false }, id) => {
    const { selected, gone } = selectToStop(supervisor, selectors, id);
    const stopped: { name: string; tsm_id: number }[] = [];
    const failed: Failure[] = [];
    await stopInOrder(supervisor.processes, selected, (process) => {
      const { name, tsm_id } = process.meta;
      return noteFailure(failed, name, async () => {
        await process.stop(keep, { kill, request: id?.id });
        stopped.push({ name, tsm_id });
      });
    });
    stopped.sort((a, b) => a.tsm_id - b.tsm_id);
    return { stopped: [...gone, ...stopped], failed };
  });
}

/**
 * What is to be stopped, and what an earlier supervisor has stopped and removed for the same
 * request: nothing is called by its name any more.
 */
function selectToStop(
  supervisor: Supervisor,
  selectors: readonly string[],
  id: RequestId | undefined,
): {
  readonly selected: readonly ManagedProcess[];
  readonly gone: readonly { readonly name: string; readonly tsm_id: null }[];
} {
  const gone = [...doneBefore(supervisor, id)]
    .filter((name) => supervisor.process(name) === undefined);
  if (gone.length === 0) return { selected: supervisor.select("stop", selectors), gone: [] };
  const selected = selectors.flatMap((selector) => {
    try {
      return supervisor.select("stop", [selector]);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  return { selected: [...new Set(selected)], gone: gone.map((name) => ({ name, tsm_id: null })) };
}
