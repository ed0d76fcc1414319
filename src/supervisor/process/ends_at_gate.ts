import { isAtGate } from "../../process/launch.ts";
import { stillRuns } from "../../process/process_table.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import type { Run } from "../launch/run.ts";

const LOOK_EVERY = 20;
/** Milliseconds: one that somebody has stopped holds up its process no longer. */
const PATIENCE = 30_000;

/**
 * Waits for what becomes of a run that may still be at the gate: its supervisor was killed,
 * before it let it through or after that.
 *
 * @returns whether it has ended without having run anything.
 */
export async function endsAtGate(run: Run): Promise<boolean> {
  for (const deadline = performance.now() + PATIENCE; await isAtGate(run.pid);) {
    if (await settlesWithin(run.exited, LOOK_EVERY)) return true;
    if (performance.now() >= deadline) return false;
  }
  return !await stillRuns(run);
}
