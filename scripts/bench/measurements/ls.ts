import type { Measurement } from "../measurement.ts";
import { atMostTimes, LIMIT, timesFaster } from "../result.ts";
import { run } from "../run.ts";

/** How long `ls` takes with `count` processes. */
export function ls(count: number): Measurement {
  return {
    name: `ls-${count}`,
    ...count > 100 ? { slow: true } : {},
    async run(bench) {
      const few = bench.few(count);
      const { all } = await bench.crowd(few);
      const empty = { argv: [bench.limits.empty] };
      const series = await bench.interleave([
        ...all.map(({ contender: { name }, daemon }) => ({
          contender: name,
          run: () => run(daemon.ls()),
        })),
        { contender: LIMIT, run: () => run(empty) },
      ], bench.quick ? 1 : 41);
      return [{
        what: `ls with ${few} processes`,
        unit: "ms",
        series,
        targets: [
          ...count === 100 ? [atMostTimes(1.15, LIMIT)] : [],
          timesFaster(5, "PM2"),
        ],
        note: "limit: an empty compiled Deno program",
      }];
    },
  };
}
