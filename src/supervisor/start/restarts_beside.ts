import type { StartRequest } from "../../api/messages/start.ts";
import { awaitEdges } from "../order/await_edges.ts";
import { dependencyEdges } from "../order/dependency_edges.ts";
import { withDependants } from "../order/with_dependants.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";
import { servingLast } from "./await_serving.ts";
import type { ProcessStart } from "./execute_starts.ts";
import { readyToTakeOver } from "./ready_to_take_over.ts";
import { rollingTurn } from "./rolling_turn.ts";

/** How a start restarts what runs. */
export interface RestartsOptions extends Pick<StartRequest, "if_running" | "rolling"> {
  /** When the start was requested, by `performance.now()`: a stop since then prevails. */
  readonly requestedAt: number;
  /** The id of the request that asks for it. */
  readonly request: string | undefined;
  /** The names of those that an earlier supervisor began to restart for the same request. */
  readonly begun: ReadonlySet<string>;
}

/**
 * The restarts that a start brings with it: of processes that are none of its own, and ask, by
 * `restart` in their `depends_on`, to be restarted with one that it restarts. They keep their spec
 * and environment. None of its own waits for one of them, so nothing waits in a circle.
 *
 * @param own When each process of the start is ready, or why it failed.
 */
export function restartsBeside(
  supervisor: Supervisor,
  own: ReadonlyMap<ManagedProcess, Promise<void>>,
  { if_running, rolling, requestedAt, request, begun }: RestartsOptions,
): readonly ProcessStart[] {
  if (if_running !== "restart") return [];
  const { processes } = supervisor;
  const restarted = [...own.keys()].filter(({ run }) => run);
  const beside = withDependants(processes, restarted).filter((process) => !own.has(process))
    .map((process) => ({ process, done: Promise.withResolvers<void>() }));
  if (beside.length === 0) return [];
  const done = new Map([
    ...own,
    ...beside.map(({ process, done }) => [process, done.promise] as const),
  ]);
  const edges = dependencyEdges(
    processes,
    beside.map(({ process }) => process),
    (other) => done.has(other) ? other : undefined,
  );
  const inTurn = servingLast(beside, ({ process }) => process);
  return beside.map(({ process, done: itsOwn }): ProcessStart => {
    const turn = rolling ? rollingTurn(process, supervisor, inTurn) : undefined;
    const dependencies = awaitEdges(edges.get(process), (other) => done.get(other));
    return {
      process,
      spec: process.spec,
      isNew: false,
      isRolled: turn !== undefined,
      prerequisites: turn === undefined
        ? dependencies
        : Promise.all([dependencies, turn]).then(() => {}),
      launch: () => {
        if (begun.has(process.meta.name)) return process.started();
        return rolling && process.spec.share_port
          ? process.handOver({ request }, requestedAt, readyToTakeOver(process))
          : process.restart({ request }, requestedAt);
      },
      done: itsOwn,
    };
  });
}
