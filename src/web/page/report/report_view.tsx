import { useState } from "preact/hooks";
import type { ProcessReport } from "../connection/answers.ts";
import {
  formatBytes,
  formatCpu,
  formatDuration,
  formatMemory,
  formatShare,
  formatTime,
  NONE,
} from "../parts/format.ts";
import { useLoaded } from "../parts/use_api.ts";
import { linkTo } from "../parts/routes.ts";
import { SaveButton } from "./save_button.tsx";

/** Milliseconds between two looks. */
const LOOK_EVERY = 60_000;
const PERIODS = { "24h": "A day", "7d": "A week", "30d": "A month" } as const;

type Period = keyof typeof PERIODS;

/** What is answered of a report. */
interface Report {
  readonly since: number;
  readonly until: number;
  readonly processes: readonly ProcessReport[];
}

/** How all processes have been doing, the worst first. */
export function ReportView() {
  const [period, setPeriod] = useState<Period>("7d");
  const { value, problem } = useLoaded(
    (api) => api.get<Report>("/v1/report", { since: period }),
    period,
    LOOK_EVERY,
  );
  return (
    <section class="report" aria-labelledby="report-heading">
      <div class="process-head">
        <h1 id="report-heading">Report</h1>
        <span class="toolbar" role="group" aria-label="Period">
          {(Object.keys(PERIODS) as Period[]).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === period}
              onClick={() => setPeriod(each)}
            >
              {PERIODS[each]}
            </button>
          ))}
        </span>
        <SaveButton period={period} />
      </div>
      {value === undefined ? <p class="empty">{problem ?? "Loading …"}</p> : <Table {...value} />}
    </section>
  );
}

function Table({ since, until, processes }: Report) {
  if (processes.length === 0) {
    return <p class="empty">Nothing is known of any process in that time.</p>;
  }
  return (
    <>
      <p>{formatTime(since)} to {formatTime(until)}; the worst first.</p>
      <div class="wide" tabIndex={0} role="region" aria-label="Report, a table">
        <table>
          <thead>
            <tr>
              {HEADERS.map((header) => <th key={header} scope="col">{header}</th>)}
            </tr>
          </thead>
          <tbody>
            {processes.map((report) => (
              <tr key={report.name} class={moodOfReport(report)}>
                <th scope="row">
                  <a href={linkTo({ view: "process", name: report.name, part: "history" })}>
                    {report.name}
                  </a>
                </th>
                {cellsOf(report).map((text, index) => <td key={index}>{text}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">
        Up is the share of the time a process was wanted in which it was up. A crash counts as down
        until it is ready again.
      </p>
    </>
  );
}

const HEADERS = [
  "Name",
  "State",
  "Up",
  "Crashes",
  "Restarts",
  "Between failures",
  "Longest outage",
  "CPU p95",
  "Memory p95",
  "Growth",
  "Logs",
];

function cellsOf(report: ProcessReport): readonly string[] {
  const { longest_outage, mtbf, mem_growth, log_bytes, job } = report;
  const causes = Object.entries(report.crashes_by).map(([cause, count]) => `${count} × ${cause}`);
  return [
    report.crash_loop ? "crash loop" : report.status,
    job ? `${job.runs - job.failures} of ${job.runs} runs` : formatShare(report.availability),
    causes.length > 0 ? causes.join(", ") : "0",
    String(report.restarts),
    mtbf === null ? NONE : formatDuration(mtbf),
    longest_outage === null
      ? NONE
      : `${formatDuration(longest_outage.seconds)}, ${formatTime(longest_outage.from)}`,
    formatCpu(report.cpu?.p95 ?? null),
    formatMemory(report.mem?.p95 ?? null),
    mem_growth === null ? NONE : `${formatMemory(Math.max(0, mem_growth))}/h`,
    log_bytes === null ? NONE : formatBytes(log_bytes),
  ];
}

function moodOfReport({ crash_loop, availability, job, crashes }: ProcessReport): string {
  if (crash_loop) return "bad";
  if (job) return job.failures > 0 ? "bad" : "good";
  if (availability === null) return "calm";
  return availability < 0.99 ? "bad" : availability < 0.999 || crashes > 0 ? "busy" : "good";
}
