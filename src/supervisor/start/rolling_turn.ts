import type { ManagedProcess } from "../process/managed_process.ts";
import type { Supervisor } from "../supervisor.ts";
import { awaitServing } from "./await_serving.ts";

/** A process that is restarted in its turn. */
export interface RollingStart {
  readonly process: ManagedProcess;
  /** Settled when it is ready or has failed. */
  readonly done: { readonly promise: Promise<void> };
}

/**
 * When one that runs may be taken down, where other instances of its app do: when those restarted
 * before it are ready, and one of the others serves.
 *
 * @returns `undefined` where it has no siblings that run.
 */
export function rollingTurn(
  process: ManagedProcess,
  supervisor: Supervisor,
  inTurn: readonly RollingStart[],
): Promise<void> | undefined {
  const { app, namespace, config } = process.spec;
  if (!process.run || app === null) return undefined;
  const others = supervisor.processes.filter(({ run, spec }) =>
    run && run !== process.run && spec.app === app && spec.namespace === namespace &&
    spec.config?.file === config?.file
  );
  if (others.length === 0) return undefined;
  const at = inTurn.findIndex((one) => one.process === process);
  const before = inTurn.slice(0, at).filter((one) => others.includes(one.process));
  return Promise.all(before.map(({ done, process: { meta } }) =>
    done.promise.catch(() => {
      throw new Deno.errors.Interrupted(
        `'${meta.name}' did not become ready, so this one is not taken down: it runs on as it was`,
      );
    })
  )).then(() => awaitServing(others, process));
}
