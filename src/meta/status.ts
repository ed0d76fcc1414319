/**
 * What a process is doing, and what that means: whether it is up, whether it is meant to run,
 * whether it has ended for good. Whoever needs to know asks here, and nobody compares a status
 * with a list of its own.
 *
 * @module
 */

/** What a status says of a process. */
interface Meaning {
  /** From the beginning of its start to the end of its stop: it has an uptime. */
  readonly isUp: boolean;
  /** Its start is over and its end has not begun: where no such process lives, it has died. */
  readonly isRunning: boolean;
  /** It does not run, and its restart policy does not start it again. */
  readonly hasEnded: boolean;
  /**
   * What its user or its restart policy wants of it; one that is errored was meant to run, and
   * time in which it does not is an outage. Of one that is being stopped its `intent` tells.
   */
  readonly meantTo: "run" | "stop" | "either";
}

/** Every status, in the order in which they are told; a new one is added here. */
const MEANINGS = {
  launching: { isUp: true, isRunning: false, hasEnded: false, meantTo: "run" },
  online: { isUp: true, isRunning: true, hasEnded: false, meantTo: "run" },
  /** Without an `intent`: it has ended by itself, and its `post_stop` hook runs. */
  stopping: { isUp: true, isRunning: false, hasEnded: false, meantTo: "either" },
  stopped: { isUp: false, isRunning: false, hasEnded: true, meantTo: "stop" },
  /** The pause before a restart. */
  waiting: { isUp: false, isRunning: false, hasEnded: false, meantTo: "run" },
  /** A job at rest: it runs when its schedule says so. */
  scheduled: { isUp: false, isRunning: false, hasEnded: false, meantTo: "either" },
  errored: { isUp: false, isRunning: false, hasEnded: true, meantTo: "run" },
} as const satisfies Readonly<Record<string, Meaning>>;

/** What a process is doing, as its `meta.json` has it. */
export type Status = keyof typeof MEANINGS;

/** A status, or `dead`: without a supervisor, what should live by its `meta.json` and does not. */
export type ShownStatus = Status | "dead";

/** The statuses of processes that have ended for good. */
export type EndedStatus = {
  [S in Status]: typeof MEANINGS[S]["hasEnded"] extends true ? S : never;
}[Status];

/** Every status. */
export const STATUSES = Object.keys(MEANINGS) as readonly Status[];

/** Whether a process is between the beginning of its start and the end of its stop. */
export function isUp(status: ShownStatus): boolean {
  return status !== "dead" && MEANINGS[status].isUp;
}

/** Whether a process must live by its status: its start is over, its end has not begun. */
export function isRunning(status: ShownStatus): boolean {
  return status !== "dead" && MEANINGS[status].isRunning;
}

/** Whether a process is meant to run, or was when tsm gave up. */
export function isMeantToRun(status: Status): boolean {
  return MEANINGS[status].meantTo === "run";
}

/** Whether a process is not meant to run: its user or its restart policy wanted its end. */
export function isMeantToStop(status: Status): boolean {
  return MEANINGS[status].meantTo === "stop";
}

/** Whether a process has ended for good: only a request or one of its triggers starts it again. */
export function hasEnded(status: Status): status is EndedStatus {
  return MEANINGS[status].hasEnded;
}
