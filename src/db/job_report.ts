import type { HistoryEntry } from "./read_history.ts";
import type { EventDetail } from "./record_events.ts";
import { turnOf } from "../event_table.ts";

/** A run of a job that has ended; without exit code and signal nobody saw how, or it had none. */
export interface EndedJobRun extends Pick<EventDetail, "exit_code" | "exit_signal"> {
  /** When it ended, epoch seconds. */
  readonly time: number;
  /** Seconds; only where somebody saw its end. */
  readonly duration?: number;
}

/** What is reported of a job in a period, instead of its uptime. */
export interface JobReport {
  /** The runs that ended, those that could not be launched included. */
  readonly runs: number;
  /** Those of them that ended otherwise than with code 0, and not on request. */
  readonly failures: number;
  readonly last_run: EndedJobRun | null;
  /** Seconds; `null` where no end was seen. */
  readonly longest_duration: number | null;
  /** Epoch seconds; `null` where it is stopped or removed. */
  readonly next_run: number | null;
}

/**
 * Reports on a job.
 *
 * @param history Its entries of the period, oldest first.
 * @param next When its schedule runs it next, epoch seconds, if it does.
 *
 * @example
 * ```ts
 * const { runs, failures } = reportOnJob(readHistory(root, "backup"), null);
 * ```
 */
export function reportOnJob(history: readonly HistoryEntry[], next: number | null): JobReport {
  const ends = history.filter(isEndOfRun);
  const durations = ends.flatMap(({ uptime }) => uptime === undefined ? [] : [uptime]);
  const last = ends.at(-1);
  return {
    runs: ends.length,
    failures: ends.filter(({ event }) => event === "crash").length,
    last_run: last === undefined ? null : endedRun(last),
    longest_duration: durations.length === 0 ? null : Math.max(...durations),
    next_run: next,
  };
}

/** A stop on request is one, too, where it ran. */
function isEndOfRun({ event, uptime }: HistoryEntry): boolean {
  const turn = turnOf(event);
  return turn === "end" || (turn === "stop" && uptime !== undefined);
}

function endedRun({ time, exit_code, exit_signal, uptime }: HistoryEntry): EndedJobRun {
  return {
    time,
    ...exit_code === undefined ? {} : { exit_code },
    ...exit_signal === undefined ? {} : { exit_signal },
    ...uptime === undefined ? {} : { duration: uptime },
  };
}
