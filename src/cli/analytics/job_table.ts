import type { JobReport } from "../../db/job_report.ts";
import type { ProcessReport } from "../../db/report.ts";
import { formatDuration } from "../output/duration.ts";
import { formatMemory } from "../output/figures.ts";
import { lastRunCell } from "../output/last_run.ts";
import { formatSize } from "../output/size.ts";
import type { Cell, Column } from "../output/table.ts";
import { formatTime, type TimeZone } from "../output/time.ts";

/** The columns of the jobs in `tsm report`. */
export const JOB_COLUMNS: readonly Column[] = [
  { header: "Job", width: 12 },
  { header: "Runs", width: 4 },
  { header: "Failures", width: 8 },
  { header: "Last run", width: 8 },
  { header: "Longest", width: 7 },
  { header: "Next run", width: 8 },
  { header: "Memory max", width: 10 },
  { header: "Logs", width: 4 },
];

/** A report on a job. */
export type ReportOnJob = ProcessReport & { readonly job: JobReport };

/** Tells jobs from processes that are to run all the time. */
export function isJobReport(report: ProcessReport): report is ReportOnJob {
  return report.job !== undefined;
}

/** The row of a job, below {@linkcode JOB_COLUMNS}. */
export function jobRow({ name, job, mem, log_bytes }: ReportOnJob, zone: TimeZone): Cell[] {
  const { runs, failures, last_run, longest_duration, next_run } = job;
  return [
    name,
    String(runs),
    failures > 0 ? { text: String(failures), color: "yellow" } : "0",
    last_run === null ? "-" : lastRunCell(last_run),
    longest_duration === null ? "-" : formatDuration(longest_duration),
    next_run === null ? "-" : formatTime(next_run, zone),
    mem === null ? "-" : formatMemory(mem.max),
    log_bytes === null ? "-" : formatSize(log_bytes),
  ];
}
