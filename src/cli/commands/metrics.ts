import { LineProblems } from "../../db/line_problems.ts";
import { type Period, readMetrics } from "../../db/read_metrics.ts";
import { Series } from "../../db/series.ts";
import { type Minute, type UsageFigures, UsageSummary } from "../../db/usage.ts";
import { periodFlags, readPeriod, warnOfProblems } from "../analytics/period.ts";
import { selectRecorded } from "../../views/select_recorded.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import {
  type ChartOptions,
  drawChart,
  drawTimeAxis,
  labelsOf,
  plotWidth,
} from "../output/chart.ts";
import { paint } from "../output/color.ts";
import { formatCpu, formatMemory } from "../output/figures.ts";
import { formatTime, type TimeZone } from "../output/time.ts";

const HEIGHT = 8;
/** Columns where the output is no terminal. */
const STANDARD_WIDTH = 80;

/** What `metrics` shows of a process. */
interface Measured {
  readonly usage: UsageSummary;
  readonly minutes: readonly Minute[];
}

/** `tsm metrics`: what a process used. */
export const metricsCommand: Command = {
  name: "metrics",
  usage: "NAME [--since TIME]",
  summary: "Show the CPU and memory a process used, as charts or figures",
  description: `
CPU is per cent of one core, memory is what is resident; both of the process and all it started.
A minute is a mean and a peak of looks that are five seconds apart, thirty where all is at rest.`,
  flags: [...periodFlags("24h"), { name: "csv", help: "print the minutes as CSV" }],
  examples: [
    { command: "tsm metrics myapp-3000", does: "charts of the last 24 hours" },
    { command: "tsm metrics myapp-3000 --since 7d --csv >week.csv", does: "a week's minutes" },
    { command: "tsm metrics myapp-3000 --json | jq .mem.p95", does: "a figure for programs" },
  ],
  async run(args, context) {
    if (args.words.length !== 1) {
      throw new Deno.errors.InvalidData(
        "Cannot show metrics: it takes one process; example: tsm metrics myapp-3000",
      );
    }
    const names = selectRecorded(context.root, "show the metrics of", args.words);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      throw new Deno.errors.InvalidData(
        `Cannot show metrics: '${args.words[0]}' means ${names.length} processes; name one of: ` +
          names.join(", "),
      );
    }
    if (args.has("csv") && context.json) {
      throw new Deno.errors.InvalidData(
        "Cannot show metrics: --csv and --json exclude each other; leave one out",
      );
    }
    const period = readPeriod(args, "show metrics", "24h");
    const problems = new LineProblems();
    const measured = await measure(context, name, period, problems);
    warnOfProblems(context, problems);
    if (args.has("csv")) return context.print(asCsv(name, measured));
    if (context.json) {
      return context.print(JSON.stringify(asJson(name, period, measured), null, 2));
    }
    if (measured.minutes.length === 0) {
      throw new Deno.errors.NotFound(
        `Cannot show metrics of '${name}': nothing was measured since ${
          formatTime(period.since, context.zone)
        }; a minute is written when it is over, '--since 30d' looks further back`,
      );
    }
    context.print(layOut(name, period, measured, context));
  },
};

async function measure(
  { root }: Context,
  name: string,
  period: Period,
  problems: LineProblems,
): Promise<Measured> {
  const usage = new UsageSummary([]);
  const minutes: Minute[] = [];
  await readMetrics(root, period, problems, (line) => {
    if (line.names[line.process] !== name) return;
    usage.add(line);
    const { time, cpu, mem, cpuMax, memMax } = line;
    minutes.push({ time, cpu, mem, cpuMax, memMax });
  });
  return { usage, minutes };
}

function asCsv(name: string, { minutes }: Measured): string {
  const rows = minutes.map(({ time, cpu, mem, cpuMax, memMax }) =>
    [time, name, cpu, mem, cpuMax, memMax].join(",")
  );
  return ["time,name,cpu,mem,cpu_max,mem_max", ...rows].join("\n");
}

function asJson(name: string, period: Period, { usage, minutes }: Measured) {
  return {
    name,
    ...period,
    cpu: withLeast(usage.cpu, minutes.map(({ cpu }) => cpu)),
    mem: withLeast(usage.mem, minutes.map(({ mem }) => mem)),
    minutes: minutes.map(({ time, cpu, mem, cpuMax, memMax }) => (
      { time, cpu, mem, cpu_max: cpuMax, mem_max: memMax }
    )),
  };
}

function withLeast(figures: UsageFigures | null, values: readonly number[]) {
  return figures && { min: minimum(values), ...figures };
}

/** Not `Math.min(...values)`: it takes its arguments on the stack, and a month has too many. */
function minimum(values: readonly number[]): number {
  return values.reduce((low, value) => value < low ? value : low, Infinity);
}

function layOut(
  name: string,
  period: Period,
  measured: Measured,
  { color, columns, zone }: Context,
): string {
  const { usage, minutes } = measured;
  // The chart begins at the first measurement, not in the empty time before it.
  const shown = { since: Math.max(period.since, minutes[0]!.time), until: period.until };
  const kinds = [
    {
      title: `${name}: CPU, per cent of one core`,
      figures: usage.cpu!,
      values: minutes.map(({ cpu }) => cpu),
      format: formatCpu,
    },
    {
      title: `${name}: memory`,
      figures: usage.mem!,
      values: minutes.map(({ mem }) => mem),
      format: formatMemory,
    },
  ];
  const width = columns === Infinity ? STANDARD_WIDTH : columns;
  return kinds.map(({ title, figures, values, format }) => {
    const times = minutes.map(({ time }) => time);
    const { mean, p95, max } = figures;
    const facts = [
      `min ${format(minimum(values))}`,
      `mean ${format(mean)}`,
      `p95 ${format(p95)}`,
      `max ${format(max)}`,
    ].join("   ");
    return [
      paint(title, "bold", color),
      ...chart(shown, times, values, { width, height: HEIGHT, format, zone }),
      facts,
    ].join("\n");
  }).join("\n\n");
}

function chart(
  period: Period,
  times: readonly number[],
  values: readonly number[],
  options: ChartOptions & { readonly zone: TimeZone },
): string[] {
  const { width, height, format, zone } = options;
  // The labels depend on the maximum of the chart's columns, which depend on the width of the
  // labels: the maximum of all values is an upper bound.
  const greatest = values.reduce((a, b) => a > b ? a : b, 0) || 1;
  const widest = Array.from({ length: 20 }, (_, step) => format(greatest * (step + 1) / 20));
  const columns = plotWidth(width, [...widest, ...labelsOf(greatest, height, format)]);
  const series = new Series(period, columns);
  times.forEach((time, index) => series.add(time, values[index]!, values[index]!));
  const points = filled(series.points().map(({ max }) => max), (period.until - period.since) / 60);
  const lines = drawChart(points, options);
  const left = lines[0]!.search(/[┤│]/) - 1;
  return [
    ...lines,
    ...drawTimeAxis(left, columns, formatTime(period.since, zone), formatTime(period.until, zone)),
  ];
}

/** Where there are more columns than minutes, those between two measured ones are no gap. */
function filled(values: (number | null)[], minutes: number): (number | null)[] {
  const reach = Math.ceil(values.length / Math.max(1, minutes));
  if (reach <= 1) return values;
  return values.map((value, index) =>
    value ?? values.slice(Math.max(0, index - reach), index).findLast((v) => v !== null) ?? null
  );
}
