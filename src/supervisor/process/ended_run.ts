import type { Exit } from "../launch/launch.ts";
import { UNSEEN_EXIT } from "../launch/run.ts";

/** A run that has ended by itself. */
export interface EndedRun {
  readonly pid: number | null;
  readonly exit: Exit;
  /** In milliseconds; infinite where nobody knows. */
  readonly uptime: number;
  /** Why it ended; by default what its exit says. */
  readonly reason?: string;
  /** Whether no restart would help: it is given up. */
  readonly isFinal?: boolean;
}

/** How a run ended that ended while nobody looked. */
export const FOUND_DEAD = { exit: UNSEEN_EXIT, uptime: Infinity, reason: "found dead" };
