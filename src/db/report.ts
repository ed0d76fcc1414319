import { logVolume } from "../logs/log_volume.ts";
import { isPlainFile, isRealDirectory } from "../files/path_info.ts";
import { logPaths, processPaths, type RuntimeRoot } from "../root.ts";
import { type ChartPoints, Charts } from "./charts.ts";
import { listDayFiles } from "./day_files.ts";
import { type JobReport, reportOnJob } from "./job_report.ts";
import { type Phase, phasesOf, type Present, runStarts } from "./life.ts";
import type { LineProblems } from "./line_problems.ts";
import { type HistoryEntry, readHistory } from "./read_history.ts";
import { type Period, readMetrics } from "./read_metrics.ts";
import { type UsageFigures, UsageSummary } from "./usage.ts";

/** A time in which a process was down though it was wanted. */
export interface Outage {
  /** Epoch seconds. */
  readonly from: number;
  readonly seconds: number;
}

/** What is reported of one process in a period. */
export interface ProcessReport {
  readonly name: string;
  /** What it is doing now; `removed`: it is no longer listed. */
  readonly status: string;
  /** The share of the wanted time in which it was up; `null` where it was never wanted. */
  readonly availability: number | null;
  /** Seconds. */
  readonly wanted: number;
  /** Seconds. */
  readonly up: number;
  readonly restarts: number;
  readonly crashes: number;
  /** How many crashes, by `exit code 1`, `SIGKILL` or `unknown`. */
  readonly crashes_by: Readonly<Record<string, number>>;
  /** Mean time between failures: seconds up for each crash; `null` where there was none. */
  readonly mtbf: number | null;
  readonly longest_outage: Outage | null;
  /** Per cent of one core. */
  readonly cpu: UsageFigures | null;
  /** KiB. */
  readonly mem: UsageFigures | null;
  /** KiB an hour, within its runs. */
  readonly mem_growth: number | null;
  /** Bytes that came to its logs; `null` where they are gone. */
  readonly log_bytes: number | null;
  /** Minutes that were measured. */
  readonly minutes: number;
  /** Of a job, which has no availability and no outages: its time at rest is no time down. */
  readonly job?: JobReport;
  /** Only where it is in one now. */
  readonly crash_loop?: true;
}

/** What a chart is drawn of. */
export interface Trace extends ChartPoints {
  /** When it was down, oldest first. */
  readonly outages: readonly Outage[];
}

/** A report on processes, the worst first. */
export interface Report extends Period {
  readonly processes: readonly ProcessReport[];
  /** By name; only where they were asked for. */
  readonly traces: ReadonlyMap<string, Trace>;
}

/** What is known of a job at present. */
export interface PresentJob {
  /** When its schedule runs it next, epoch seconds; `null` where it is stopped or removed. */
  readonly next_run: number | null;
}

/** What is to be reported. */
export interface ReportOptions extends Period {
  /** Names of processes; those of which nothing is known in the period are left out. */
  readonly names: readonly string[];
  /** What a process is doing now: its status and what that means. */
  readonly presentOf: (name: string) => {
    readonly status: string;
    readonly present: Present;
    readonly upSince?: number;
    /** Of a job. */
    readonly job?: PresentJob;
    readonly crash_loop?: true;
  };
  /**
   * Whether the period has no end but the present: what was recorded before the clock was set back
   * seems to be still to come, and belongs to it.
   */
  readonly isOpen?: boolean;
  /** How many points the charts have; 0: no charts. */
  readonly points: number;
  /** Awaited between pieces of the work: a supervisor attends to other things there. */
  readonly pause?: () => Promise<void>;
}

/** What is gathered of one process. */
interface Subject {
  readonly name: string;
  readonly history: readonly HistoryEntry[];
  readonly phases: readonly Phase[];
  readonly job: PresentJob | undefined;
  readonly usage: UsageSummary;
  readonly charts: Charts | undefined;
}

/**
 * Reports on processes, from the files alone. What it holds in memory does not grow
 * with the period, but for the histories.
 *
 * @param problems Told of the lines that are skipped.
 *
 * @example
 * ```ts
 * const { processes } = await makeReport(root, {
 *   since: now - 86_400,
 *   until: now,
 *   names: ["myapp-3000"],
 *   presentOf: () => ({ status: "online", present: "up" }),
 *   points: 0,
 * }, new LineProblems());
 * ```
 */
export async function makeReport(
  root: RuntimeRoot,
  options: ReportOptions,
  problems: LineProblems,
): Promise<Report> {
  const { since, until, points } = options;
  const subjects = new Map<string, Subject>();
  for (const name of options.names) {
    await options.pause?.();
    const history = readHistory(root, name, problems, since);
    const { present, upSince, ...known } = options.presentOf(name);
    const job = known.job ?? removedJob(history, known.status);
    const phases = phasesOf(history, present, upSince);
    const charts = points > 0
      ? new Charts(options, points, phases[0]?.from ?? Infinity)
      : undefined;
    subjects.set(name, {
      name,
      history,
      phases,
      job,
      usage: new UsageSummary(runStarts(phases)),
      charts,
    });
  }
  const byIndex: (Subject | undefined)[] = [];
  await readMetrics(root, options, problems, (line) => {
    if (line.process >= byIndex.length) {
      byIndex[line.process] = subjects.get(line.names[line.process]!);
    }
    const subject = byIndex[line.process];
    if (!subject) return;
    subject.usage.add(line);
    subject.charts?.add(line);
  }, options.pause);
  const measuredFrom = oldestMetrics(root);
  const reported: ProcessReport[] = [];
  const traces = new Map<string, Trace>();
  for (const subject of subjects.values()) {
    const { status, crash_loop } = options.presentOf(subject.name);
    const life = measureLife(subject, options, measuredFrom);
    const isKnown = life.wanted > 0 || subject.usage.minutes > 0 || status !== "removed" ||
      subject.history.some(({ time }) => time >= since && time < endOf(options));
    if (!isKnown) continue;
    const loop = crash_loop ? { crash_loop } : {};
    reported.push({ ...reportOn(root, subject, life, status, options), ...loop });
    const { charts } = subject;
    if (!charts) continue;
    const { outages } = life;
    traces.set(subject.name, { ...charts.points(), outages });
  }
  return { since, until, processes: reported.sort(worstFirst), traces };
}

/** What was a job when it was removed is reported as one. */
function removedJob(history: readonly HistoryEntry[], status: string): PresentJob | undefined {
  const wasJob = status === "removed" && history.at(-1)?.job === true;
  return wasJob ? { next_run: null } : undefined;
}

function reportOn(
  root: RuntimeRoot,
  { name, history, usage, job }: Subject,
  { up, wanted, outages }: Life,
  status: string,
  options: ReportOptions,
): ProcessReport {
  const { since, until } = options;
  const within = history.filter(({ time }) => time >= since && time < endOf(options));
  const crashes = within.filter(({ event }) => event === "crash");
  const by: Record<string, number> = {};
  for (const crash of crashes) {
    by[causeOf(crash)] = (by[causeOf(crash)] ?? 0) + 1 + (crash.folded ?? 0);
  }
  // Each of them was followed by a restart.
  const folded = crashes.reduce((sum, { folded }) => sum + (folded ?? 0), 0);
  const count = crashes.length + folded;
  const longest = outages.reduce<Outage | null>(
    (worst, outage) => worst && worst.seconds >= outage.seconds ? worst : outage,
    null,
  );
  return {
    name,
    status,
    availability: wanted > 0 && !job ? up / wanted : null,
    wanted,
    up,
    restarts: within.filter(({ event }) => event === "restart").length + folded,
    crashes: count,
    crashes_by: by,
    mtbf: count > 0 && !job ? Math.round(up / count) : null,
    longest_outage: longest,
    cpu: usage.cpu,
    mem: usage.mem,
    mem_growth: usage.growth,
    log_bytes: logBytes(root, name, since, until),
    minutes: usage.minutes,
    ...job ? { job: reportOnJob(within, job.next_run) } : {},
  };
}

/** The time up to which records count. */
function endOf({ until, isOpen }: ReportOptions): number {
  return isOpen ? Infinity : until;
}

/** How long a process was up and wanted in a period, in seconds, and when it was down. */
interface Life {
  readonly up: number;
  readonly wanted: number;
  readonly outages: readonly Outage[];
}

/** @param measuredFrom Epoch seconds: that nothing was measured before says nothing. */
function measureLife(
  { phases, usage, job }: Subject,
  options: ReportOptions,
  measuredFrom: number,
): Life {
  const { since, until } = options;
  const end = (to: number) => to === Infinity ? until : endOf(options);
  let up = 0;
  let down = 0;
  const outages: Outage[] = [];
  const beDown = (from: number, to: number, maximum: number) => {
    if (job) return;
    const seconds = overlap(from, to, maximum, since, end(to));
    down += seconds;
    if (seconds === 0) return;
    const last = outages.at(-1);
    // Given up right after an end that nobody saw: one outage.
    if (last && last.from + last.seconds === Math.max(from, since)) {
      outages[outages.length - 1] = { from: last.from, seconds: last.seconds + seconds };
    } else outages.push({ from: Math.max(from, since), seconds });
  };
  for (const { kind, from, to, seconds, unseen, missed } of phases) {
    if (kind === "down") beDown(from, to, seconds);
    if (kind !== "up" || (unseen && from >= until)) continue;
    const seenFrom = Math.max(from, since, measuredFrom);
    const lastSign = unseen ? usage.lastSign(seenFrom, Math.min(to, until)) : to;
    const ended = Math.min(lastSign, to);
    up += overlap(from, ended, unseen ? ended - from : seconds, since, end(ended));
    if (missed) beDown(ended, to, to - ended);
  }
  return { up, wanted: up + down, outages };
}

/** From when on metrics are kept, epoch seconds; `Infinity` where there are none. */
function oldestMetrics(root: RuntimeRoot): number {
  const oldest = listDayFiles(root.metrics)[0];
  return oldest ? Date.parse(oldest.day) / 1000 : Infinity;
}

/**
 * How many seconds of a time are in the period, but at most `maximum`: where the clock was set,
 * they differ.
 */
function overlap(from: number, to: number, maximum: number, since: number, until: number): number {
  const isWithin = from >= since && to <= until;
  if (isWithin) return maximum;
  return Math.min(maximum, Math.max(0, Math.min(to, until) - Math.max(from, since)));
}

function causeOf({ exit_code, exit_signal }: HistoryEntry): string {
  return exit_signal ?? (exit_code === undefined ? "unknown" : `exit code ${exit_code}`);
}

function logBytes(root: RuntimeRoot, name: string, since: number, until: number): number | null {
  const { dir, out, err } = processPaths(root, name);
  if (!isRealDirectory(dir) || !isPlainFile(out)) return null;
  return logVolume(logPaths(out), since, until) + logVolume(logPaths(err), since, until);
}

function worstFirst(a: ProcessReport, b: ProcessReport): number {
  return Number(b.crash_loop ?? false) - Number(a.crash_loop ?? false) ||
    (a.availability ?? 2) - (b.availability ?? 2) || b.crashes - a.crashes ||
    b.restarts - a.restarts || (b.mem_growth ?? 0) - (a.mem_growth ?? 0) ||
    (a.name < b.name ? -1 : 1);
}
