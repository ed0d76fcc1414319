/**
 * What a process's history says of its life: when it was up, when it was down though
 * it was wanted, and when nobody wanted it.
 *
 * @module
 */
import { unhandled } from "../errors.ts";
import type { HistoryEntry } from "./read_history.ts";
import { turnOf } from "../event_table.ts";
import { STEADY_AFTER } from "./steady_after.ts";

/** A time in which a process was up, down against the will of its user, or not wanted. */
export interface Phase {
  readonly kind: "up" | "down" | "off";
  /** Epoch seconds. */
  readonly from: number;
  /** Epoch seconds; `Infinity`: it lasts. */
  readonly to: number;
  /** How long; differs from `to - from` where the clock was set in between. */
  readonly seconds: number;
  /** The entry that began it. */
  readonly begin: HistoryEntry;
  /** The entry that ended it. */
  readonly end: HistoryEntry | undefined;
  /** Nobody saw when it ended: `to` is when that was found out. */
  readonly unseen: boolean;
  /** Whether it was wanted from its unseen end to `to`. */
  readonly missed: boolean;
  /** When runs were launched in it that were not up, or not yet: epoch seconds. */
  readonly attempts: readonly number[];
}

/** What a process is known to be doing at present. */
export type Present = "up" | "down" | "off";

/** So many seconds wall clock and uptime may differ, being rounded. */
const ROUNDING = 2;

/**
 * Works out the phases of a process's life, oldest first.
 *
 * A process is wanted from its start until it is stopped. One that ended and is not
 * restarted is wanted still only if tsm goes on trying or gave up (`errored`); if
 * its policy let it rest, it is not.
 *
 * From a crash on it is down until it is ready again: from its `ready` on, where it says that; else
 * from the start of a run that does not crash within a minute. So a crash loop is one time down.
 *
 * @param entries Its history, in the order in which it was written.
 * @param present What it is doing now, for what the history leaves open.
 * @param upSince Since when its present run is up, in epoch seconds by the clock as it is set now,
 * where that is known: the clock may have been set since the run began.
 */
export function phasesOf(
  entries: readonly HistoryEntry[],
  present: Present,
  upSince?: number,
): readonly Phase[] {
  const phases: Phase[] = [];
  let attempts: number[] = [];
  let begin: HistoryEntry | undefined;
  let kind: Phase["kind"] = "off";
  /** Ends the present phase with `end` and begins another, if it is one. */
  const turn = (next: Phase["kind"], end: HistoryEntry, unseen = false) => {
    if (begin && kind === next && next !== "up") return;
    if (begin) phases.push({ ...phase(kind, begin, end, unseen), attempts });
    attempts = [];
    begin = end;
    kind = next;
  };
  let pid: number | null | undefined;
  /** Whether the run of that pid is not up, or not yet. */
  let isAttempt = false;
  entries.forEach((entry, index) => {
    const { event } = entry;
    const taken = turnOf(event);
    if (isAttempt && event === "ready") {
      isAttempt = false;
      turn("up", entry);
    }
    switch (taken) {
      case "begin":
      case "up": {
        if (isAttempt && entry.pid === pid) break;
        isAttempt = taken === "begin" && kind === "down" && !isUpFromLaunch(entries, index);
        if (isAttempt) {
          attempts.push(entry.time);
          pid = entry.pid;
          break;
        }
        const isSame = kind === "up" && (entry.pid === pid || taken === "up");
        // Who is started while it is up has died unseen; a restart is on purpose.
        if (!isSame) turn("up", entry, kind === "up" && event !== "restart");
        pid = entry.pid;
        break;
      }
      case "stop":
        isAttempt = false;
        turn("off", entry);
        break;
      case "end": {
        isAttempt = false;
        const unseen = entry.uptime === undefined;
        turn(isWantedAfter(entries, index, present) ? "down" : "off", entry, unseen);
        break;
      }
      case "give-up":
        isAttempt = false;
        turn("down", entry);
        break;
      case null:
        break;
      default:
        unhandled(taken);
    }
  });
  if (begin) phases.push({ ...lastPhase(kind, begin, present, upSince), attempts });
  return phases;
}

/** When the runs began, epoch seconds, in the order in which they did. */
export function runStarts(phases: readonly Phase[]): number[] {
  return phases.flatMap(({ kind, from, attempts }) => kind === "up" ? [from] : attempts);
}

/** Whether the run that begins at `index`, behind a crash, is up from there on. */
function isUpFromLaunch(entries: readonly HistoryEntry[], index: number): boolean {
  const { pid, awaits_ready } = entries[index]!;
  if (awaits_ready) return false;
  for (let next = index + 1; next < entries.length; next++) {
    const { event, uptime = Infinity, pid: other } = entries[next]!;
    if (event === "ready") return false;
    if (event === "crash") return uptime >= STEADY_AFTER;
    const taken = turnOf(event);
    // An adoption is of the same run.
    if (taken !== null && taken !== "up" && other !== pid) return true;
  }
  return true;
}

/** Whether tsm goes on with a process whose run ended at `index`. */
function isWantedAfter(
  entries: readonly HistoryEntry[],
  index: number,
  present: Present,
): boolean {
  for (let next = index + 1; next < entries.length; next++) {
    const { event } = entries[next]!;
    const taken = turnOf(event);
    if (event === "restart" || taken === "give-up") return true;
    if (taken !== null) return false;
  }
  return present !== "off";
}

function phase(
  kind: Phase["kind"],
  begin: HistoryEntry,
  end: HistoryEntry,
  unseen: boolean,
): Omit<Phase, "attempts"> {
  const [from, to] = [begin.time, end.time];
  const byClock = Math.max(0, to - from);
  const { uptime } = end;
  const isSet = kind === "up" && uptime !== undefined && isOfRun(begin, end) &&
    Math.abs(uptime - (to - from)) > ROUNDING;
  return { kind, from, to, seconds: isSet ? uptime : byClock, begin, end, unseen, missed: unseen };
}

/**
 * A run is older than its adoption, and than the moment at which it was ready, which the uptime does
 * not tell.
 */
function isOfRun(begin: HistoryEntry, end: HistoryEntry): boolean {
  return turnOf(begin.event) !== null && begin.event !== "adopt" && begin.pid === end.pid;
}

function lastPhase(
  kind: Phase["kind"],
  begin: HistoryEntry,
  present: Present,
  upSince: number | undefined,
): Omit<Phase, "attempts"> {
  const isLasting = kind === present || (kind === "down" && present === "up");
  // Nothing tells when it changed, but that it did.
  const unseen = kind === "up" && !isLasting;
  // Of a run that was adopted the history may not tell the beginning.
  const isSet = kind === "up" && present === "up" && isOfRun(begin, begin) &&
    upSince !== undefined && Math.abs(upSince - begin.time) > ROUNDING;
  const from = isSet ? upSince : begin.time;
  const to = isLasting || unseen ? Infinity : from;
  const seconds = to - from;
  const missed = unseen && present === "down";
  return { kind, from, to, seconds, begin, end: undefined, unseen, missed };
}
