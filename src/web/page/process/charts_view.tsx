import { useState } from "preact/hooks";
import type { MetricPoint } from "../connection/answers.ts";
import { formatCpu, formatMemory } from "../parts/format.ts";
import { useLoaded } from "../parts/use_api.ts";
import { processPath } from "../parts/process_path.ts";
import { Chart } from "./chart.tsx";

/** What of time is shown, each with seconds and the milliseconds between two looks. */
const PERIODS = {
  hour: { seconds: 3600, every: 30_000 },
  day: { seconds: 86_400, every: 300_000 },
  week: { seconds: 7 * 86_400, every: 600_000 },
} as const;

type PeriodName = keyof typeof PERIODS;

/** Points of a chart: those of an hour stand for a minute each, as measured. */
const POINTS = { hour: 60, day: 288, week: 336 } as const;

/** What a process used: CPU, memory and restarts over an hour, a day or a week. */
export function ChartsView({ name }: { readonly name: string }) {
  const [period, setPeriod] = useState<PeriodName>("hour");
  const { seconds, every } = PERIODS[period];
  const { value, problem } = useLoaded(
    (api) =>
      api.get<{ since: number; until: number; series: readonly MetricPoint[] }>(
        `${processPath(name)}/metrics`,
        { since: `${seconds}s`, points: POINTS[period] },
      ),
    `${name} ${period}`,
    every,
  );
  return (
    <div class="charts">
      <div class="toolbar" role="group" aria-label="Period">
        {(Object.keys(PERIODS) as PeriodName[]).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === period}
            onClick={() => setPeriod(each)}
          >
            {each === "hour" ? "An hour" : each === "day" ? "A day" : "A week"}
          </button>
        ))}
      </div>
      {value === undefined
        ? <p class="empty">{problem ?? "Loading …"}</p>
        : <Charts points={value.series} />}
    </div>
  );
}

function Charts({ points: all }: { readonly points: readonly MetricPoint[] }) {
  // They begin where something is known: an hour's worth of nothing would hide the last minutes.
  const first = all.findIndex(({ cpu, restarts }) => cpu !== null || restarts > 0);
  if (first === -1) {
    return <p class="empty">Nothing was measured in this time: it is, every minute it runs.</p>;
  }
  const points = all.slice(Math.max(0, first - 1));
  const times = points.map(({ time }) => time);
  const pick = (key: Exclude<keyof MetricPoint, "time">) => points.map((point) => point[key]);
  return (
    <>
      <Chart
        title="CPU, of one core"
        times={times}
        mean={pick("cpu")}
        max={pick("cpu_max")}
        format={formatCpu}
      />
      <Chart
        title="Memory"
        times={times}
        mean={pick("mem")}
        max={pick("mem_max")}
        format={formatMemory}
      />
      <Chart
        title="Restarts"
        times={times}
        mean={pick("restarts")}
        format={(count) => String(count === null ? 0 : Math.round(count * 10) / 10)}
        isBars
      />
    </>
  );
}
