import { delay } from "@std/async/delay";
import { isReady } from "../../meta/readiness.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import { patienceFor } from "./await_ready.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;

/**
 * Waits until one of `others` serves, if any of them runs.
 *
 * @throws {Deno.errors.TimedOut} if none does in time.
 */
export async function awaitServing(
  others: readonly Pick<ManagedProcess, "run" | "meta" | "health" | "spec">[],
): Promise<void> {
  const runs = () => others.filter(({ run }) => run);
  if (runs().length === 0) return;
  const deadline = performance.now() + Math.max(...others.map(patienceFor));
  const serves = ({ meta, health }: Pick<ManagedProcess, "meta" | "health">) =>
    isReady(meta) && (health === undefined || health.status === "healthy");
  while (!runs().some(serves)) {
    if (performance.now() > deadline) {
      throw new Deno.errors.TimedOut(
        "none of the other instances is healthy, so this one is not taken down",
      );
    }
    await delay(LOOK_EVERY);
  }
}
