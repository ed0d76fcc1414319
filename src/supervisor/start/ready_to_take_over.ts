import { delay } from "@std/async/delay";
import { listeningPortsOf } from "../../process/linux/port.ts";
import type { Run } from "../launch/run.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { awaitReady, patienceFor } from "./await_ready.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;

/**
 * How to wait until the next run of a process can take over from the present one: it is ready, and
 * unless it says so itself, it listens where the present one does. A health check on a shared port
 * may be answered by another run, and a line in the log may be of the present one.
 *
 * @returns what {@linkcode ManagedProcess.handOver} takes; to be asked for right before.
 */
export function readyToTakeOver(process: ManagedProcess): (next: Run) => Promise<void> {
  const { run: present, directory } = process;
  const errSize = directory.errSize();
  const wait = patienceFor(process);
  return async (next) => {
    const deadline = performance.now() + wait;
    await awaitReady(process, next, { wait, errSize, healthy: true, isBeside: true });
    const { wait_ready } = process.spec;
    if (wait_ready === "notify" || wait_ready === "message" || !present) return;
    await awaitPorts(next, await listeningPortsOf(present.pid), deadline);
  };
}

/** @throws {Deno.errors.TimedOut} if the run does not listen on all of `wanted` in time. */
async function awaitPorts(
  run: Run,
  wanted: ReadonlySet<number>,
  deadline: number,
): Promise<void> {
  for (;;) {
    const missing = wanted.difference(await listeningPortsOf(run.pid));
    if (missing.size === 0) return;
    if (performance.now() > deadline) {
      throw new Deno.errors.TimedOut(`it does not listen on port ${[...missing].join(", ")}`);
    }
    await delay(LOOK_EVERY);
  }
}
