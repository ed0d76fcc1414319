import type { Outage, ProcessReport, Report, Trace } from "../../db/report.ts";
import type { Point } from "../../db/series.ts";
import type { UsageFigures } from "../../db/usage.ts";
import { formatDuration } from "../output/duration.ts";
import { formatCpu, formatGrowth, formatMemory, formatShare } from "../output/figures.ts";
import { formatSize } from "../output/size.ts";
import { textOf } from "../output/table.ts";
import { formatTime } from "../output/time.ts";
import { isJobReport, JOB_COLUMNS, jobRow, type ReportOnJob } from "./job_table.ts";
import { escapeHtml, REPORT_STYLE } from "./report_style.ts";

/** The plot of a chart in units of its own; the browser stretches it. */
const WIDTH = 600;
const HEIGHT = 100;

/** Makes a page of a report: all in one file, without scripts or anything from elsewhere. */
export function reportPage({ since, until, processes, traces }: Report): string {
  const period = `${formatTime(since, "UTC")} to ${formatTime(until, "UTC")}`;
  const sections = processes.map((report) => section(report, traces.get(report.name), until));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>tsm report, ${period}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header><h1>tsm report</h1><p>${period}; the worst first</p></header>
<main>
${overviews(processes)}
${sections.join("\n")}
</main>
</body>
</html>`;
}

function overviews(processes: readonly ProcessReport[]): string {
  if (processes.length === 0) return "<p>Nothing is known of any process in that time.</p>";
  const jobs = processes.filter(isJobReport);
  const others = processes.filter((report) => !isJobReport(report));
  return [others.length > 0 ? overview(others) : "", jobs.length > 0 ? jobOverview(jobs) : ""]
    .join("\n");
}

function jobOverview(jobs: readonly ReportOnJob[]): string {
  const rows = jobs.map((report) => {
    const [, ...cells] = jobRow(report, "UTC");
    return tableRow(report, cells.map(textOf));
  });
  return table(JOB_COLUMNS.map(({ header }) => header), rows);
}

function overview(processes: readonly ProcessReport[]): string {
  const headers = [
    "Name",
    "Status",
    "Up",
    "Restarts",
    "Crashes",
    "CPU p95",
    "Memory p95",
    "Growth",
  ];
  const rows = processes.map((report) => {
    const { availability, restarts, crashes, cpu, mem, mem_growth } = report;
    return tableRow(report, [
      stateOf(report),
      formatShare(availability),
      String(restarts),
      String(crashes),
      cpu ? formatCpu(cpu.p95) : "-",
      mem ? formatMemory(mem.p95) : "-",
      formatGrowth(mem_growth),
    ]);
  });
  return table(headers, rows);
}

function tableRow(report: ProcessReport, texts: readonly string[]): string {
  const name = escapeHtml(report.name);
  const cells = texts.map((text) => `<td>${escapeHtml(text)}</td>`).join("");
  const kinds = [health(report), ...report.crash_loop ? ["loop"] : []].join(" ");
  return `<tr class="${kinds}"><th scope="row"><a href="#${name}">${name}</a></th>${cells}</tr>`;
}

function table(headers: readonly string[], rows: readonly string[]): string {
  return `<div class="wide"><table><thead><tr>${
    headers.map((header) => `<th scope="col">${header}</th>`).join("")
  }</tr></thead><tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

/** What it is doing now, and whether that is a crash loop. */
function stateOf({ status, crash_loop }: ProcessReport): string {
  return crash_loop ? `${status}, crash loop` : status;
}

function health({ availability, job, crash_loop }: ProcessReport): string {
  if (crash_loop) return "bad";
  if (job?.last_run) return job.last_run.exit_code === 0 ? "good" : "bad";
  if (availability === null) return "unknown";
  return availability >= 0.999 ? "good" : availability >= 0.99 ? "fair" : "bad";
}

function section(
  report: ProcessReport,
  trace: Trace | undefined,
  until: number,
): string {
  const { name } = report;
  const facts = isJobReport(report) ? jobFacts(report) : factsOf(report);
  const list = facts.map(([term, text]) =>
    `<div><dt>${term}</dt><dd>${escapeHtml(text)}</dd></div>`
  );
  const charts = trace
    ? [
      isJobReport(report) ? "" : strip(trace.outages, trace.since, until),
      chart("CPU, of one core", trace.cpu, report.cpu, formatCpu, trace.since, until),
      chart("Memory", trace.mem, report.mem, formatMemory, trace.since, until),
    ]
    : [];
  return `<section id="${escapeHtml(name)}" class="${health(report)}">
<h2>${escapeHtml(name)} <small>${escapeHtml(stateOf(report))}</small></h2>
<dl>${list.join("")}</dl>
${charts.join("\n")}
</section>`;
}

type Fact = readonly [term: string, text: string];

/** The facts of a job have the words of its table. */
function jobFacts(report: ReportOnJob): Fact[] {
  const [, ...cells] = jobRow(report, "UTC");
  return cells.map((cell, index): Fact => [JOB_COLUMNS[index + 1]!.header, textOf(cell)]);
}

function factsOf(report: ProcessReport): Fact[] {
  const { longest_outage, mtbf, log_bytes } = report;
  const causes = Object.entries(report.crashes_by).map(([cause, count]) => `${count} × ${cause}`);
  return [
    ["Up", `${formatShare(report.availability)} of ${formatDuration(report.wanted)}`],
    ["Restarts", String(report.restarts)],
    ["Crashes", causes.length > 0 ? causes.join(", ") : "none"],
    ["Time between failures", mtbf === null ? "-" : formatDuration(mtbf)],
    [
      "Longest outage",
      longest_outage
        ? `${formatDuration(longest_outage.seconds)}, ${formatTime(longest_outage.from, "UTC")}`
        : "none",
    ],
    ["Growth of memory", formatGrowth(report.mem_growth)],
    ["Logs", log_bytes === null ? "-" : formatSize(log_bytes)],
  ];
}

/** When it was down, on a line of the period. */
function strip(outages: readonly Outage[], since: number, until: number): string {
  const marks = outages.map(({ from, seconds }) => {
    const x = (from - since) / (until - since) * WIDTH;
    // Wide enough that the shortest outage can be seen.
    const width = Math.max(1.5, seconds / (until - since) * WIDTH);
    return `<rect x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="10"/>`;
  });
  const label = outages.length === 1 ? "1 outage" : `${outages.length} outages`;
  return `<figure class="strip"><figcaption>${label}</figcaption>
<svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" role="img" aria-label="${label}">${
    marks.join("")
  }</svg></figure>`;
}

function chart(
  title: string,
  points: readonly Point[],
  figures: UsageFigures | null,
  format: (value: number) => string,
  since: number,
  until: number,
): string {
  if (!figures) return `<figure><figcaption>${title}: nothing was measured</figcaption></figure>`;
  const top = figures.max || 1;
  const y = (value: number) => (HEIGHT - value / top * HEIGHT).toFixed(1);
  const x = ({ time }: Point) => ((time - since) / (until - since) * WIDTH).toFixed(1);
  const stretches = stretchesOf(points, (until - since) / points.length);
  const line = (pick: (point: Point) => number) =>
    stretches.map((stretch) =>
      "M" + stretch.map((point) => `${x(point)},${y(pick(point))}`).join("L")
    ).join("");
  const area = stretches.map((stretch) => {
    const along = stretch.map((point) => `${x(point)},${y(point.mean!)}`).join("L");
    return `M${x(stretch[0]!)},${HEIGHT}L${along}L${x(stretch.at(-1)!)},${HEIGHT}Z`;
  }).join("");
  const told = `p50 ${format(figures.p50)}, p95 ${format(figures.p95)}, max ${format(figures.max)}`;
  return `<figure><figcaption>${title} <small>${told}</small></figcaption>
<div class="plot"><span class="top">${format(top)}</span><span class="zero">0</span>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}: ${told}">
<path class="area" d="${area}"/><path class="peak" d="${line((point) => point.max!)}"/></svg></div>
<div class="times"><span>${formatTime(since, "UTC")}</span><span>${
    formatTime(until, "UTC")
  }</span></div></figure>`;
}

/**
 * The points between gaps; a single point is doubled, since a line through one point shows nothing.
 *
 * @param width Seconds that a point stands for.
 */
function stretchesOf(points: readonly Point[], width: number): Point[][] {
  const stretches: Point[][] = [];
  let current: Point[] = [];
  for (const point of [...points, { time: 0, mean: null, max: null }]) {
    if (point.mean !== null) current.push(point);
    else if (current.length > 0) {
      if (current.length === 1) current = aroundPoint(current[0]!, width);
      stretches.push(current);
      current = [];
    }
  }
  return stretches;
}

function aroundPoint(point: Point, width: number): Point[] {
  const { time } = point;
  return [{ ...point, time: time - width / 2 }, { ...point, time: time + width / 2 }];
}
