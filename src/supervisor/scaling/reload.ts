/**
 * Reloading an app: its instances are restarted one after another, so that all but one
 * of them serve at any time.
 *
 * Where instances share their port, the next run of each is started beside the present one, which
 * is ended when the next one is ready: all of them serve at any time.
 *
 * Where instances have ports of their own, a proxy in front of them knows those ports: a new
 * instance must come up on the port of the old one, when that has ended. To know before that
 * whether a new one becomes ready, a trial instance is started beside them first, on a free port.
 *
 * @module
 */
import type { Failure } from "../../api/failure.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Environment } from "../../process/environment.ts";
import { awaitReady, patienceFor } from "../start/await_ready.ts";
import { appName, instancesOf } from "./instances.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { awaitServing } from "../start/await_serving.ts";
import { readyToTakeOver } from "../start/ready_to_take_over.ts";
import { prepareRestart } from "../start/prepare_restart.ts";
import { tryNewInstance } from "./trial_instance.ts";
import type { Supervisor } from "../supervisor.ts";

/** What became of the instances of one app. */
export interface Reloaded {
  readonly reloaded: readonly Meta[];
  readonly failed: readonly Failure[];
}

/**
 * Reloads instances of one app, one after another. The first one that fails is the last
 * one that is touched.
 *
 * @param selected Those that are to be reloaded, all of one app.
 * @param environment That of a command line, to be theirs from now on.
 * @param requestedAt When that was asked for: what is stopped since stays stopped.
 */
export async function reload(
  supervisor: Supervisor,
  selected: readonly ManagedProcess[],
  environment: Environment | undefined,
  requestedAt: number,
): Promise<Reloaded> {
  const siblings = instancesOf(supervisor, selected[0]!);
  const reloaded: Meta[] = [];
  const running = siblings.filter(({ run }) => run);
  const model = selected.find(({ run }) => run);
  try {
    if (model && running.length > 1 && model.spec.port !== null && !model.spec.share_port) {
      await tryNewInstance(supervisor, model, siblings, environment);
    }
  } catch (error) {
    const reason = `${messageOf(error)}; all instances run on as they were`;
    return { reloaded, failed: [{ name: appName(model!), reason }] };
  }
  for (const [index, process] of selected.entries()) {
    try {
      if (process.spec.share_port) {
        await handOver(supervisor, process, environment, requestedAt);
      } else {
        await awaitServing(running.filter((other) => other !== process));
        await restartAndWait(supervisor, process, environment, requestedAt);
      }
      reloaded.push(process.meta);
    } catch (error) {
      const first = process.spec.share_port ? index : index + 1;
      const rest = selected.slice(first).filter(({ run }) => run);
      const others = rest.length === 0
        ? ""
        : `; ${rest.map(({ meta }) => `'${meta.name}'`).join(", ")} run on as they were`;
      return {
        reloaded,
        failed: [{ name: process.meta.name, reason: `${messageOf(error)}${others}` }],
      };
    }
  }
  return { reloaded, failed: [] };
}

async function handOver(
  supervisor: Supervisor,
  process: ManagedProcess,
  environment: Environment | undefined,
  requestedAt: number,
): Promise<void> {
  const difference = await prepareRestart(supervisor, process, environment);
  try {
    await process.handOver({ environment: difference }, requestedAt, readyToTakeOver(process));
  } catch (error) {
    // What it says behind that is not true: its next run is ended, its present one goes on.
    const why = messageOf(error).split(/\n'tsm logs|; it runs on/)[0];
    throw new Deno.errors.Interrupted(`its next run does not come up: ${why}`);
  }
}

async function restartAndWait(
  supervisor: Supervisor,
  process: ManagedProcess,
  environment: Environment | undefined,
  requestedAt: number,
): Promise<void> {
  const difference = await prepareRestart(supervisor, process, environment);
  const errSize = process.directory.errSize();
  const run = await process.restart({ environment: difference }, requestedAt);
  await awaitReady(process, run, { wait: patienceFor(process), errSize, healthy: true });
}
