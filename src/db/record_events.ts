import { appendJsonLines } from "../files/append_line.ts";
import { dayPath, historyPath, type RuntimeRoot } from "../root.ts";

/**
 * What an event says of the life of a process: its run begins; is up; ends by itself; is ended
 * on request; will not come any more. `null`: nothing.
 */
export type Turn = "begin" | "up" | "end" | "stop" | "give-up" | null;

/** Everything that can be recorded. A new event is added here and nowhere else. */
const TURNS = {
  start: "begin",
  online: "up",
  exit: "end",
  crash: "end",
  restart: "begin",
  stop: "stop",
  errored: "give-up",
  adopt: "begin",
  rotate: null,
  flush: null,
  truncate: null,
  patrol: null,
  migrate: null,
  save: null,
  resurrect: null,
  supervisor_start: null,
  supervisor_stop: null,
  api_reopened: null,
  ready: null,
  /** A job's time came while its last run was not over. */
  skip: null,
  unhealthy: null,
  watchdog: null,
  memory: null,
} as const satisfies Readonly<Record<string, Turn>>;

export type EventName = keyof typeof TURNS;

/** Everything that can be recorded, in the order in which it is listed. */
export const EVENTS = Object.keys(TURNS) as readonly EventName[];

/** What an event says of the life of the process it is about. */
export function turnOf(event: EventName): Turn {
  return TURNS[event];
}

/** What history tells beyond the event itself. */
export interface EventDetail {
  readonly pid?: number | null;
  readonly exit_code?: number;
  readonly exit_signal?: string;
  /** Seconds the process had run. */
  readonly uptime?: number;
  readonly reason?: string;
  /** Of a stop: the command line that starts it anew. */
  readonly start_again?: string;
  /** The id of the request that asked for it. */
  readonly request?: string;
  /** Of a launch: it is up when `ready` is recorded of it, not before. */
  readonly awaits_ready?: true;
}

/** An event, and what history tells of it. */
export interface DetailedEvent {
  readonly event: EventName;
  readonly detail: EventDetail;
}

/**
 * Records events of one moment: lines in the day's file of `db/events`, and, if they are
 * about a process, with the detail in the process's `db/history` file; one write a file.
 *
 * @param name The process's full name, or `null` for events of the supervisor.
 * @throws whatever the file system says.
 */
export function recordEvents(
  root: RuntimeRoot,
  name: string | null,
  events: readonly DetailedEvent[],
): void {
  const now = new Date();
  const time = Math.floor(now.getTime() / 1000);
  appendJsonLines(dayPath(root.events, now), events.map(({ event }) => ({ time, event, name })));
  if (name === null) return;
  appendJsonLines(
    historyPath(root, name),
    events.map(({ event, detail }) => ({ time, event, name, ...detail })),
  );
}
