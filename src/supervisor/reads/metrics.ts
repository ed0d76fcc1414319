import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";
import { allMetricsRead, metricsRead } from "../../api/reads/metrics.ts";
import { metricSeries } from "../../views/metric_series.ts";
import { pauses } from "./heavy_reads.ts";
import { checkedPeriod } from "./period.ts";
import { type ReadContext, recordedName } from "./read_context.ts";

const HOUR = 3600;

/** Tells what one process used. */
export function metricsRoute(context: ReadContext): ReadRoute {
  const { supervisor: { root }, heavy } = context;
  return readRoute(metricsRead, ({ name: given, query }) => {
    const name = recordedName(context, given);
    const period = checkedPeriod(query, 24 * HOUR);
    const pause = pauses();
    const options = { ...period, points: query.points, pause: async () => await pause() };
    return heavy.run(async () => ({
      name,
      ...period,
      series: (await metricSeries(root, [name], options)).get(name)!,
    }));
  });
}

/** Tells what all listed processes used. */
export function allMetricsRoute({ supervisor, heavy }: ReadContext): ReadRoute {
  return readRoute(allMetricsRead, ({ query }) => {
    const names = supervisor.processes.map(({ meta }) => meta.name);
    const period = checkedPeriod(query, HOUR);
    const pause = pauses();
    const options = { ...period, points: query.points, pause: async () => await pause() };
    return heavy.run(async () => ({
      ...period,
      series: Object.fromEntries(await metricSeries(supervisor.root, names, options)),
    }));
  });
}
