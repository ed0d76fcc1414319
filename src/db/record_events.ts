import type { EventName } from "../event_table.ts";
import { appendJsonLines } from "../files/append_line.ts";
import { dayPath, historyPath, type RuntimeRoot } from "../root.ts";

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
  /** Of the stop of a job: once it is removed, nothing else tells what it was. */
  readonly job?: true;
  /** The id of the request that asked for it. */
  readonly request?: string;
  /** Of a launch: it is up when `ready` is recorded of it, not before. */
  readonly awaits_ready?: true;
  /** Of a crash: how many runs before it that crashed alike are told by it alone. */
  readonly folded?: number;
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
 * @param at When they happened, in milliseconds since the epoch.
 * @throws whatever the file system says.
 */
export function recordEvents(
  root: RuntimeRoot,
  name: string | null,
  events: readonly DetailedEvent[],
  at = Date.now(),
): void {
  const time = Math.floor(at / 1000);
  // Whoever follows the events has gone on to the file of the present day.
  appendJsonLines(
    dayPath(root.events, new Date()),
    events.map(({ event }) => ({ time, event, name })),
  );
  if (name === null) return;
  appendJsonLines(
    historyPath(root, name),
    events.map(({ event, detail }) => ({ time, event, name, ...detail })),
  );
}
