import { LineProblems } from "../../db/line_problems.ts";
import { makeReport, type ProcessReport } from "../../db/report.ts";
import type { UsageFigures } from "../../db/usage.ts";
import { isJobReport, JOB_COLUMNS, jobRow } from "../analytics/job_table.ts";
import { periodFlags, readPeriod, warnOfProblems } from "../analytics/period.ts";
import { presentStates } from "../../views/present_states.ts";
import { reportJson } from "../../views/report_json.ts";
import { selectRecorded } from "../../views/select_recorded.ts";
import type { Command } from "../command.ts";
import { formatCpu, formatGrowth, formatMemory, formatShare } from "../output/figures.ts";
import { formatDuration } from "../output/duration.ts";
import { formatSize } from "../output/size.ts";
import { type Cell, type Column, formatTable } from "../output/table.ts";
import { formatTime, type TimeZone } from "../output/time.ts";

const COLUMNS: readonly Column[] = [
  { header: "Name", width: 12 },
  { header: "Up", width: 6 },
  { header: "Restarts", width: 8 },
  { header: "Crashes", width: 7 },
  { header: "MTBF", width: 4 },
  { header: "Outage", width: 6 },
  { header: "CPU p50/p95/max", width: 15 },
  { header: "Memory p50/p95/max", width: 18 },
  { header: "Growth", width: 6 },
  { header: "Logs", width: 4 },
];

/** Points of a chart of the page. */
const POINTS = 120;

/** `tsm report`: how processes have been doing. */
export const reportCommand: Command = {
  name: "report",
  usage: "[SEL…] [--since TIME] [--until TIME]",
  summary: "Report how processes have been doing, the worst first",
  description: `
Up is the share of the wanted time in which it was up: a process is wanted from its start until
it is stopped. From a crash on it is down until it is ready again: until it says so, where it has a
wait_ready, else until the start of a run that does not crash within a minute. MTBF is the mean time between failures: the time up for each crash. Outage is
the longest time down against your will. Figures of CPU and memory are of minutes: the median,
the 95th percentile and the peak. Growth is that of memory within its runs: a leak shows.
Jobs have runs instead: how many ended, how many of them failed, how the last one went and how long
it took, the longest one, and when the next one is. Their time at rest is no time down.
Removed processes are in it as long as their history tells of the period.`,
  flags: [
    ...periodFlags("7d"),
    { name: "html", help: "print a page of its own, with charts, to be kept or sent" },
  ],
  examples: [
    { command: "tsm report", does: "the last seven days of all processes" },
    { command: "tsm report api --since 30d --json", does: "a month of one, for programs" },
    { command: "tsm report --html >report.html", does: "a page with charts" },
  ],
  async run(args, context) {
    const period = readPeriod(args, "report", "7d");
    const html = args.has("html");
    if (html && context.json) {
      throw new Deno.errors.InvalidData(
        "Cannot report: --html and --json exclude each other; leave one out",
      );
    }
    const { root } = context;
    const selectors = args.words.length > 0 ? args.words : ["all"];
    const names = selectRecorded(context.root, "report on", selectors);
    const presentOf = presentStates(root);
    const problems = new LineProblems();
    const isOpen = args.get("until") === undefined;
    const options = { ...period, isOpen, names, presentOf, points: html ? POINTS : 0 };
    const report = await makeReport(root, options, problems);
    warnOfProblems(context, problems);
    if (html) {
      const { reportPage } = await import("../analytics/report_page.ts");
      return context.print(reportPage(report));
    }
    if (context.json) return context.print(JSON.stringify(reportJson(report, problems), null, 2));
    const jobs = report.processes.filter(isJobReport);
    const others = report.processes.filter((one) => !isJobReport(one));
    const jobRows = jobs.map((one) => jobRow(one, context.zone));
    const tables = [
      others.length > 0 || jobs.length === 0
        ? formatTable(COLUMNS, others.map(row), context.color)
        : [],
      jobs.length > 0 ? formatTable(JOB_COLUMNS, jobRows, context.color) : [],
    ];
    const shown = tables.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
    context.print(shown.join("\n\n"));
    const remarks = report.processes.flatMap((one) => remark(one, context.zone));
    if (remarks.length > 0) context.print(`\n${remarks.join("\n")}`);
  },
};

function row(report: ProcessReport): Cell[] {
  const { name, availability, restarts, crashes, mtbf, longest_outage, cpu, mem } = report;
  const isLoop = report.crash_loop ?? false;
  const isBad = isLoop || (availability !== null && availability < 0.99);
  return [
    name,
    isBad ? { text: formatShare(availability), color: "red" } : formatShare(availability),
    isLoop ? { text: `${restarts} (crash loop)`, color: "red" } : String(restarts),
    crashes > 0 ? { text: String(crashes), color: "yellow" } : "0",
    mtbf === null ? "-" : formatDuration(mtbf),
    longest_outage ? formatDuration(longest_outage.seconds) : "-",
    figures(cpu, formatCpu),
    figures(mem, formatMemory),
    formatGrowth(report.mem_growth),
    report.log_bytes === null ? "-" : formatSize(report.log_bytes),
  ];
}

function figures(of: UsageFigures | null, format: (value: number) => string): string {
  return of ? [of.p50, of.p95, of.max].map(format).join(" ") : "-";
}

/** What does not fit in the table: why it crashed, and when it was down for long. */
function remark(
  { name, crashes_by, longest_outage }: ProcessReport,
  zone: TimeZone,
): string[] {
  const causes = Object.entries(crashes_by).sort(([, a], [, b]) => b - a)
    .map(([cause, count]) => `${count} × ${cause}`);
  if (longest_outage) {
    const { from, seconds } = longest_outage;
    causes.push(`longest outage ${formatDuration(seconds)} from ${formatTime(from, zone)}`);
  }
  return causes.length > 0 ? [`${name}: ${causes.join(", ")}`] : [];
}
