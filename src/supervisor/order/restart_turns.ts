import { messageOf } from "../../errors.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { DependencyProcess } from "./dependencies.ts";
import { awaitEdges } from "./await_edges.ts";
import { dependantsOf } from "./dependants_of.ts";
import { dependencyEdges } from "./dependency_edges.ts";

/** A process that is restarted with some that it depends on, or that depend on it. */
export type RestartedProcess = DependencyProcess & Pick<ManagedProcess, "giveUp">;

/** The turn of one process in a restart of several. */
export interface RestartTurn {
  /**
   * Restarts it, when those that depend on it have ended.
   *
   * @param restart Restarts it; calls {@linkcode ended} between its end and its launch.
   */
  take(restart: () => Promise<void>): Promise<void>;
  /**
   * Has what it depends on end, and waits until that is as it must be again.
   *
   * @throws {Deno.errors.Interrupted} saying which dependency will never be.
   * @throws {Deno.errors.TimedOut} saying which one is not within its `ready_timeout`.
   */
  ended(): Promise<void>;
}

/**
 * The turns of processes that are restarted together: what depends on others is ended before them,
 * and launched behind them. One that neither depends on others of them nor has any that depend on
 * it needs no turn, and has none.
 *
 * @param all All that the supervisor manages.
 */
export function restartTurns<P extends RestartedProcess>(
  all: readonly P[],
  processes: readonly P[],
): ReadonlyMap<P, RestartTurn> {
  const selected = new Set(processes);
  const edges = dependencyEdges(all, processes, (other) => selected.has(other) ? other : undefined);
  const dependants = dependantsOf(edges);
  const taking = new Map([...edges.keys(), ...dependants.keys()].map((process) => [process, {
    end: Promise.withResolvers<void>(),
    restart: Promise.withResolvers<void>(),
  }]));
  const turnOf = (process: P): RestartTurn => {
    const { end, restart } = taking.get(process)!;
    // That it failed is told by who takes the turn; perhaps nothing depends on it.
    restart.promise.catch(() => {});
    let unmet: unknown;
    return {
      async take(restartIt) {
        try {
          const before = dependants.get(process) ?? [];
          await Promise.all(before.map((other) => taking.get(other)?.end.promise));
          await restartIt();
          restart.resolve();
        } catch (error) {
          // It has been ended already, and must not be found as being restarted.
          if (error === unmet) await process.giveUp(messageOf(error));
          restart.reject(error);
          throw error;
        } finally {
          end.resolve();
        }
      },
      async ended() {
        end.resolve();
        try {
          await awaitEdges(edges.get(process), (other) => taking.get(other)?.restart.promise);
        } catch (error) {
          unmet = error;
          throw error;
        }
      },
    };
  };
  return new Map([...taking.keys()].map((process) => [process, turnOf(process)]));
}
