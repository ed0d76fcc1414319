import { delay } from "@std/async/delay";
import { isReady } from "../../meta/readiness.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { patienceFor } from "./await_ready.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;

/** What tells whether a process serves. */
type Serving = Pick<ManagedProcess, "run" | "meta" | "health" | "spec">;

/**
 * Waits until one of `others` serves, if any of them runs.
 *
 * @param own The one that is to be taken down then. Where it does not serve itself in the end,
 * nothing is lost by that: else what mends instances that all fail could never be brought in.
 * @throws {Deno.errors.TimedOut} if none does in time, and it serves itself.
 */
export async function awaitServing(others: readonly Serving[], own: Serving): Promise<void> {
  const runs = () => others.filter(({ run }) => run);
  if (runs().length === 0) return;
  const deadline = performance.now() + Math.max(...others.map(patienceFor));
  while (!runs().some(serves)) {
    if (performance.now() > deadline) {
      if (!own.run || !serves(own)) return;
      throw new Deno.errors.TimedOut(
        "none of the other instances is healthy, so this one is not taken down; " +
          `'tsm restart ${own.meta.name}' does it nevertheless`,
      );
    }
    await delay(LOOK_EVERY);
  }
}

/**
 * The order in which instances are taken down: first those that do not serve, for with them nothing
 * is lost, and what mends them may be brought in by that.
 */
export function servingLast<T>(items: readonly T[], processOf: (item: T) => Serving): readonly T[] {
  const isUp = (item: T) => processOf(item).run !== undefined && serves(processOf(item));
  return [...items.filter((item) => !isUp(item)), ...items.filter(isUp)];
}

/** Whether a process that runs is ready, and healthy where it has a check. */
function serves({ meta, health }: Serving): boolean {
  return isReady(meta) && (health === undefined || health.status === "healthy");
}
