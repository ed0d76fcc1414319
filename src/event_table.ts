/**
 * The one table of events: everything that can happen to a process or the supervisor, and what it
 * means.
 *
 * @module
 */

/**
 * What an event says of the life of a process: its run begins; is up; ends by itself; is ended
 * on request; will not come any more. `null`: nothing.
 */
export type Turn = "begin" | "up" | "end" | "stop" | "give-up" | null;

/** What is known of an event. */
interface EventMeaning {
  readonly turn: Turn;
  /** Whether it means trouble: a command for `failure` tells of it. `null`: no command ever does. */
  readonly isTrouble: boolean | null;
  /** When it is recorded. */
  readonly when: string;
}

/** Everything that can be recorded. A new event is added here and nowhere else. */
const TABLE = {
  start: { turn: "begin", isTrouble: false, when: "it was launched on request" },
  online: { turn: "up", isTrouble: false, when: "its program runs" },
  exit: { turn: "end", isTrouble: false, when: "it ended by itself with code 0" },
  crash: { turn: "end", isTrouble: true, when: "it ended by itself in any other way" },
  restart: { turn: "begin", isTrouble: false, when: "it was launched again, for any reason" },
  stop: { turn: "stop", isTrouble: false, when: "it was stopped on request" },
  errored: { turn: "give-up", isTrouble: true, when: "tsm has given it up" },
  adopt: { turn: "begin", isTrouble: false, when: "a new supervisor took it over" },
  rotate: { turn: null, isTrouble: false, when: "a log was rotated" },
  flush: { turn: null, isTrouble: false, when: "its logs were emptied" },
  truncate: { turn: null, isTrouble: false, when: "somebody else emptied a log" },
  patrol: { turn: null, isTrouble: false, when: "patrol mended something, or failed to" },
  migrate: { turn: null, isTrouble: false, when: "it was taken over from an older layout" },
  save: { turn: null, isTrouble: false, when: "the list was saved" },
  resurrect: { turn: null, isTrouble: false, when: "it was brought back from the saved list" },
  supervisor_start: { turn: null, isTrouble: false, when: "a supervisor is ready" },
  supervisor_stop: { turn: null, isTrouble: false, when: "a supervisor leaves in order" },
  api_reopened: { turn: null, isTrouble: true, when: "the control API had failed" },
  ready: { turn: null, isTrouble: false, when: "it became ready" },
  skip: { turn: null, isTrouble: false, when: "a job's time came while its last run lasted" },
  unhealthy: { turn: null, isTrouble: true, when: "its health check failed too often" },
  watchdog: { turn: null, isTrouble: true, when: "its watchdog heard nothing of it" },
  memory: { turn: null, isTrouble: true, when: "it held more than max_memory" },
  disk: { turn: null, isTrouble: true, when: "the disk of the root is nearly full" },
  /** Of itself no command tells: one that fails would be run for ever. */
  notify_failed: { turn: null, isTrouble: null, when: "a command for an event failed" },
} as const satisfies Readonly<Record<string, EventMeaning>>;

export type EventName = keyof typeof TABLE;

/** Everything that can be recorded, in the order in which it is listed. */
export const EVENTS = Object.keys(TABLE) as readonly EventName[];

/** What an event says of the life of the process it is about. */
export function turnOf(event: EventName): Turn {
  return TABLE[event].turn;
}

/** Whether an event means trouble. */
export function isTrouble(event: EventName): boolean {
  return TABLE[event].isTrouble ?? false;
}

/** The events that a command can be told of. */
export type NotifiableEvent = {
  [E in EventName]: (typeof TABLE)[E]["isTrouble"] extends null ? never : E;
}[EventName];

/** Whether a command can be told of an event. */
export function isNotifiable(event: EventName): event is NotifiableEvent {
  return TABLE[event].isTrouble !== null;
}

/** What a command can be given for: an event, or all that mean trouble. */
export type NotifyKey = NotifiableEvent | "failure";

/** What each of them stands for, in the order in which they are listed. */
export const NOTIFY_KEYS: Readonly<Record<NotifyKey, string>> = {
  failure: `what means trouble: ${EVENTS.filter(isTrouble).join(", ")}`,
  ...Object.fromEntries(
    EVENTS.filter(isNotifiable).map((event) => [event, TABLE[event].when]),
  ) as Readonly<Record<NotifiableEvent, string>>,
};
