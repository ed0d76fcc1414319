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
import type { Environment } from "../../program/environment.ts";
import { awaitReady, patienceFor } from "../start/await_ready.ts";
import { appName, instancesOf } from "./instances.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { awaitServing, servingLast } from "../start/await_serving.ts";
import { readyToTakeOver } from "../start/ready_to_take_over.ts";
import { prepareRestart } from "../start/prepare_restart.ts";
import { tryNewInstance } from "./trial_instance.ts";
import type { Supervisor } from "../supervisor.ts";

/** How instances are reloaded. */
export interface ReloadOptions {
  /** That of a command line, to be theirs from now on. */
  readonly environment: Environment | undefined;
  /** When that was asked for, by `performance.now()`: what is stopped since stays stopped. */
  readonly requestedAt: number;
  /** The id of the request that asks for it. */
  readonly request: string | undefined;
  /** The names of those that an earlier supervisor began to reload for the same request. */
  readonly begun: ReadonlySet<string>;
}

/** What became of the instances of one app. */
export interface Reloaded {
  readonly reloaded: readonly Meta[];
  readonly failed: readonly Failure[];
}

/**
 * Reloads instances of one app, one after another, those that do not serve first. The first one that
 * fails is the last one that is touched.
 *
 * @param given Those that are to be reloaded, all of one app.
 */
export async function reload(
  supervisor: Supervisor,
  given: readonly ManagedProcess[],
  options: ReloadOptions,
): Promise<Reloaded> {
  const selected = servingLast(given, (process) => process);
  const siblings = instancesOf(supervisor, selected[0]!);
  const reloaded: Meta[] = [];
  const running = siblings.filter(({ run }) => run);
  const model = selected.find(({ run }) => run);
  // The first one is touched behind the trial: where one was, an earlier supervisor has made it.
  const isTried = selected.some(({ meta }) => options.begun.has(meta.name));
  const isTrial = model && running.length > 1 && model.spec.port !== null && !model.spec.share_port;
  try {
    if (isTrial && !isTried) {
      await tryNewInstance(supervisor, model, siblings, options.environment);
    }
  } catch (error) {
    const reason = `${messageOf(error)}; all instances run on as they were`;
    return { reloaded, failed: [{ name: appName(model!), reason }] };
  }
  for (const [index, process] of selected.entries()) {
    try {
      if (options.begun.has(process.meta.name)) {
        await awaitBegun(process);
      } else if (process.spec.share_port) {
        await handOver(supervisor, process, options);
      } else {
        await awaitServing(running.filter((other) => other !== process), process);
        await restartAndWait(supervisor, process, options);
      }
      reloaded.push(process.meta);
    } catch (error) {
      const first = process.spec.share_port ? index : index + 1;
      const rest = selected.slice(first).filter(({ run }) => run);
      const others = rest.length === 0
        ? ""
        : `; ${rest.map(({ meta }) => `'${meta.name}'`).join(", ")} ${
          rest.length === 1 ? "runs on as it was" : "run on as they were"
        }`;
      return {
        reloaded,
        failed: [{ name: process.meta.name, reason: `${messageOf(error)}${others}` }],
      };
    }
  }
  return { reloaded, failed: [] };
}

/** Waits for the run that an earlier supervisor has launched for the same request. */
async function awaitBegun(process: ManagedProcess): Promise<void> {
  const errSize = process.directory.errSize();
  const run = await process.started();
  await awaitReady(process, run, { wait: patienceFor(process), errSize, healthy: true });
}

async function handOver(
  supervisor: Supervisor,
  process: ManagedProcess,
  { environment, requestedAt, request }: ReloadOptions,
): Promise<void> {
  const difference = await prepareRestart(supervisor, process, environment);
  try {
    const change = { environment: difference, request };
    await process.handOver(change, requestedAt, readyToTakeOver(process));
  } catch (error) {
    throw new Deno.errors.Interrupted(`its next run does not come up: ${messageOf(error)}`);
  }
}

async function restartAndWait(
  supervisor: Supervisor,
  process: ManagedProcess,
  { environment, requestedAt, request }: ReloadOptions,
): Promise<void> {
  const difference = await prepareRestart(supervisor, process, environment);
  const errSize = process.directory.errSize();
  const run = await process.restart({ environment: difference, request }, requestedAt);
  await awaitReady(process, run, { wait: patienceFor(process), errSize, healthy: true });
}
