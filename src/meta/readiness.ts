/**
 * How far a run is on its way to being ready, as `readiness` in `meta.json` has it. It is there
 * only where its process has a `wait_ready` or a `watchdog`.
 *
 * @module
 */
import { isRunning, type ShownStatus } from "./status.ts";

/** What a state says of a run; a new one is added here, and to docs/files.md. */
const USABLE = {
  /** It is waited for: its status is `launching`. */
  pending: false,
  ready: true,
  /** It was not ready within its `ready_timeout`; it still may become so. */
  late: false,
  /** It was ready, and says that it reads its configuration anew. */
  reloading: true,
  /** It says that it is about to end by itself. */
  stopping: false,
} as const satisfies Readonly<Record<string, boolean>>;

/** How far a run is. */
export type Readiness = keyof typeof USABLE;

/** Every state, in the order in which they are told. */
export const READINESS_STATES = Object.keys(USABLE) as readonly Readiness[];

/** Whether what depends on a process need not wait for its run any more; one that runs is asked. */
export function isReady({ readiness }: { readonly readiness?: Readiness }): boolean {
  return readiness === undefined || USABLE[readiness];
}

/** What tells whether a program must live. */
interface Noted {
  readonly status: ShownStatus;
  readonly pid: number | null;
  readonly readiness?: Readiness;
}

/** Whether its program has been started and is waited for until it is ready. */
export function isAwaited({ status, pid, readiness }: Noted): boolean {
  return status === "launching" && pid !== null && readiness === "pending";
}

/** Whether the program of a process must live by what is noted of it. */
export function mustLive(noted: Noted): boolean {
  return isRunning(noted.status) || isAwaited(noted);
}

/** The status of a process whose program has been started, and is not being ended. */
export function statusOfRun(readiness: Readiness | undefined): "launching" | "online" {
  return readiness === "pending" ? "launching" : "online";
}
