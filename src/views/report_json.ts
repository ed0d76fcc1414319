import type { LineProblems } from "../db/line_problems.ts";
import type { ProcessReport, Report } from "../db/report.ts";

/** A report for programs. */
export interface ReportJson {
  /** Epoch seconds. */
  readonly since: number;
  /** Epoch seconds. */
  readonly until: number;
  /** Lines of `db/` that could not be read. */
  readonly skipped_lines: number;
  /** The worst first. */
  readonly processes: ProcessReport[];
}

/** What of a report is printed and sent for programs. */
export function reportJson(
  { since, until, processes }: Report,
  problems: LineProblems,
): ReportJson {
  return { since, until, skipped_lines: problems.count, processes: [...processes] };
}
