import { eventsFrom, positionOf } from "../db/event_positions.ts";
import { LineProblems } from "../db/line_problems.ts";
import { type Period, readMetrics } from "../db/read_metrics.ts";
import { Series } from "../db/series.ts";
import type { RuntimeRoot } from "../root.ts";

/** One point of what a process used; `null` where nothing was measured. */
export interface UsagePoint {
  /** Epoch seconds of the middle of what it stands for. */
  readonly time: number;
  /** Per cent of one core: the mean and the maximum. */
  readonly cpu: number | null;
  readonly cpu_max: number | null;
  /** Resident memory in KiB: the mean and the maximum. */
  readonly mem: number | null;
  readonly mem_max: number | null;
  /** How often it was restarted in that time. */
  readonly restarts: number;
}

/** How a series is made. */
export interface SeriesOptions extends Period {
  /** How many points, evenly spaced. */
  readonly points: number;
  /** Awaited between pieces of the work. */
  readonly pause: () => Promise<void>;
}

interface Measured {
  readonly cpu: Series;
  readonly mem: Series;
  readonly restarts: Uint32Array;
}

/**
 * What processes used over a period, a series for each; from the files alone.
 *
 * @param names Those it is asked about: one that was never measured has points of `null`.
 *
 * @example
 * ```ts
 * const day = { since: now - 86_400, until: now, points: 120, pause: () => Promise.resolve() };
 * (await metricSeries(root, ["api"], day)).get("api")?.at(-1)?.cpu; // 2.5
 * ```
 */
export async function metricSeries(
  root: RuntimeRoot,
  names: readonly string[],
  options: SeriesOptions,
): Promise<ReadonlyMap<string, UsagePoint[]>> {
  const { points, pause } = options;
  const measured = new Map(names.map((name): [string, Measured] => [name, {
    cpu: new Series(options, points),
    mem: new Series(options, points),
    restarts: new Uint32Array(points),
  }]));
  const byIndex: (Measured | undefined)[] = [];
  await readMetrics(root, options, new LineProblems(), (line) => {
    if (line.process >= byIndex.length) {
      byIndex[line.process] = measured.get(line.names[line.process]!);
    }
    const one = byIndex[line.process];
    one?.cpu.add(line.time, line.cpu, line.cpuMax);
    one?.mem.add(line.time, line.mem, line.memMax);
  }, pause);
  await countRestarts(root, measured, options);
  return new Map([...measured].map(([name, one]) => [name, pointsOf(one)]));
}

async function countRestarts(
  root: RuntimeRoot,
  measured: ReadonlyMap<string, Measured>,
  { since, until, points, pause }: SeriesOptions,
): Promise<void> {
  for await (const events of eventsFrom(root, positionOf(since))) {
    await pause();
    for (const { event: { event, name, time } } of events) {
      if (event !== "restart" || name === null || time < since || time >= until) continue;
      const index = Math.floor((time - since) / (until - since) * points);
      const restarts = measured.get(name)?.restarts;
      if (restarts) restarts[index]!++;
    }
  }
}

function pointsOf({ cpu, mem, restarts }: Measured): UsagePoint[] {
  const [cpuPoints, memPoints] = [cpu.points(), mem.points()];
  return cpuPoints.map(({ time, mean, max }, index) => ({
    time,
    cpu: mean === null ? null : Math.round(mean * 10) / 10,
    cpu_max: max,
    mem: rounded(memPoints[index]!.mean),
    mem_max: memPoints[index]!.max,
    restarts: restarts[index]!,
  }));
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
