import type { EventDetail } from "../../db/record_events.ts";
import type { EventName } from "../../event_table.ts";
import { type LogProblems, type Stream, writeLogProblems } from "../../logs/log_problems.ts";
import type { RuntimeRoot } from "../../root.ts";
import { beginAnew, type LogState } from "./log_state.ts";

/** Where troubles with logs are told. */
export interface TroubleHost {
  readonly root: RuntimeRoot;
  log(text: string): void;
  record(event: EventName, name: string, detail: EventDetail): void;
}

/** Milliseconds between two events that tell of one log that it is emptied again and again. */
const TELL_EVERY = 60_000;

/** Tells what is wrong with logs: in `log-problems.json`, in `supervisor.log`, and by an event. */
export class LogTroubles {
  readonly #host: TroubleHost;

  constructor(host: TroubleHost) {
    this.#host = host;
  }

  /**
   * Notes what is wrong with a log.
   *
   * @param name The process.
   * @param logs Both logs of it.
   * @param problem `undefined`: nothing.
   */
  report(
    name: string,
    logs: readonly LogState[],
    log: LogState,
    problem: string | undefined,
  ): void {
    if (log.problem === problem) return;
    log.problem = problem;
    if (problem !== undefined) this.#host.log(`${name}: current.${log.stream}: ${problem}`);
    this.#write(name, logs);
  }

  /** Somebody has emptied a log: notes what is lost, and that it begins anew. */
  tellLoss(name: string, logs: readonly LogState[], log: LogState, now: number): void {
    log.lostBytes += log.size;
    beginAnew(log, now);
    log.loss = `was emptied by somebody else, ${log.lostBytes} bytes of it are lost: a program ` +
      "that opens /dev/stdout or /dev/stderr by its path does that; with '--log-pipe file' it cannot";
    this.#write(name, logs);
    if (now - log.lossToldAt < TELL_EVERY) return;
    log.lossToldAt = now;
    const reason = `current.${log.stream} ${log.loss}`;
    this.#host.record("truncate", name, { reason });
  }

  /**
   * A log was emptied for being beyond its limits: an event tells of it.
   *
   * @param stored How many bytes it stored.
   * @param allowed How many it may store.
   */
  tellCut(name: string, log: LogState, stored: number, allowed: number): void {
    log.cuts++;
    const now = Date.now();
    // What writes without end is cut several times a second.
    if (now - log.cutToldAt < TELL_EVERY) return;
    const before = log.cuts > 1 ? `, the ${log.cuts}th time since the event before` : "";
    log.cuts = 0;
    log.cutToldAt = now;
    const reason = `current.${log.stream} cut at ${stored} bytes: log_max_size and log_max_total ` +
      `allow ${allowed}${before}`;
    this.#host.record("flush", name, { reason });
  }

  /** Forgets what was wrong with a log: its process is launched anew. */
  forget(name: string, logs: readonly LogState[], log: LogState): void {
    const { loss } = log;
    log.loss = undefined;
    log.lostBytes = 0;
    this.report(name, logs, log, undefined);
    if (loss !== undefined) this.#write(name, logs);
  }

  #write(name: string, logs: readonly LogState[]): void {
    const problems: { -readonly [S in Stream]?: LogProblems[S] } = {};
    for (const log of logs) {
      const text = log.problem ?? log.loss;
      if (text !== undefined) problems[log.stream] = text;
    }
    try {
      writeLogProblems(this.#host.root, name, problems);
    } catch {
      // Its directory is gone, or the disk is full: supervisor.log has it.
    }
  }
}
