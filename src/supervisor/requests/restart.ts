import type { Failure } from "../../api/failure.ts";
import { restartMessage } from "../../api/messages/restart.ts";
import { type Route, route } from "../../api/server/server.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Environment } from "../../program/environment.ts";
import { awaitReady } from "../start/await_ready.ts";
import { AT_ONCE } from "../../async/in_parallel.ts";
import { Places } from "../../async/places.ts";
import { doneBefore } from "../done_before.ts";
import { restartTurns } from "../order/restart_turns.ts";
import { withDependants } from "../order/with_dependants.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { noteFailure } from "../note_failure.ts";
import { prepareRestart } from "../start/prepare_restart.ts";
import type { Supervisor } from "../supervisor.ts";

/**
 * Restarts what is selected: all is ended at once, for those that end together share their looks at
 * all processes, and {@linkcode AT_ONCE} are launched at a time. What depends on others is ended
 * before them, and launched behind them; what asks to be restarted with them is. One that fails
 * holds up only what depends on it.
 */
export function restartRoute(supervisor: Supervisor): Route {
  return route(restartMessage, async ({ selectors, environment }, id) => {
    const requestedAt = performance.now();
    const { processes } = supervisor;
    const selected = withDependants(processes, supervisor.select("restart", selectors))
      .toSorted((a, b) => a.spec.priority - b.spec.priority);
    const begun = doneBefore(supervisor, id);
    const restarted: Meta[] = [];
    const failed: Failure[] = [];
    const places = new Places(AT_ONCE);
    const turns = restartTurns(processes, selected);
    await Promise.all(selected.map((process) =>
      noteFailure(failed, process.meta.name, async () => {
        const turn = turns.get(process);
        // Taken in this order; what waits for it may be stopped before. What waits for others takes
        // none until they are ready: they may need it.
        let place = turn ? undefined : places.take();
        let isOver = false;
        const restartIt = () =>
          restart(supervisor, process, {
            environment,
            requestedAt,
            request: id?.id,
            isBegun: begun.has(process.meta.name),
            beforeLaunch: async () => {
              await turn?.ended();
              // One that was stopped meanwhile would take a place that nobody gives back.
              if (!isOver) await (place ??= places.take());
            },
          });
        try {
          await (turn ? turn.take(restartIt) : restartIt());
        } finally {
          isOver = true;
          place?.then((taken) => taken[Symbol.dispose]());
        }
        restarted.push(process.meta);
      })
    ));
    restarted.sort((a, b) => a.tsm_id - b.tsm_id);
    return { restarted, failed };
  });
}

async function restart(
  supervisor: Supervisor,
  process: ManagedProcess,
  { environment, requestedAt, request, isBegun, beforeLaunch }: {
    readonly environment: Environment | undefined;
    readonly requestedAt: number;
    readonly request: string | undefined;
    /** Whether an earlier supervisor began to restart it for the same request. */
    readonly isBegun: boolean;
    readonly beforeLaunch: () => Promise<unknown>;
  },
): Promise<void> {
  const errSize = process.directory.errSize();
  const restartNow = async () => {
    const difference = await prepareRestart(supervisor, process, environment);
    return process.restart({ environment: difference, beforeLaunch, request }, requestedAt);
  };
  const run = await (isBegun ? process.started() : restartNow());
  if (process.spec.wait_ready !== null) await awaitReady(process, run, { wait: 0, errSize });
}
