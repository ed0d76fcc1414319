/**
 * `stopped_by` of a `meta.json`: who or what stopped a process that is `stopped` or `errored`.
 *
 * - `request`: a user, by `tsm stop --keep` or `tsm shutdown`
 * - `reboot`: the machine was rebooted
 * - `completion`: it ended by itself as its settings expect it to
 * - `policy`: it ended otherwise, and its restart policy does not start it again
 * - `failure`: it could not be started
 *
 * @module
 */

/**
 * Everyone who can have stopped a process, and whether it stays stopped until it is asked for
 * again: its schedule and a change of its files do not start it. A new one is added here.
 */
const STAYS_STOPPED = {
  request: true,
  reboot: true,
  completion: false,
  policy: false,
  failure: false,
} as const satisfies Readonly<Record<string, boolean>>;

export type Stopper = keyof typeof STAYS_STOPPED;

/** Everyone who can have stopped a process. */
export const STOPPERS = Object.keys(STAYS_STOPPED) as readonly Stopper[];

/** Whether none of its triggers starts a process again that was stopped so. */
export function staysStopped(stopped_by: Stopper | undefined): boolean {
  return stopped_by !== undefined && STAYS_STOPPED[stopped_by];
}

/** The reasons by which tsm 0.1.0 told who had stopped a process: it had no field for that. */
const REASONS: ReadonlyMap<string | undefined, Stopper> = new Map([
  ["stopped on request", "request"],
  ["reboot", "reboot"],
]);

/** Who stopped a process that is `stopped` in a `meta.json` of tsm 0.1.0, if its reason tells. */
export function stopperByReason(reason: string | undefined): Stopper | undefined {
  return REASONS.get(reason);
}
