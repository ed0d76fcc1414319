import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { atMostTimes, LIMIT } from "../result.ts";
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
      const tasks = all.map(({ contender: { name }, daemon }): Task => ({
        contender: name,
        run: () => run(daemon.ls()),
      }));
      const limit: Task = { contender: LIMIT, run: () => run(empty) };
      // The others take so long that a hundredth more or less is nothing to them.
      const pair = await bench.interleave([tasks[0]!, limit], bench.quick ? 1 : 41);
      const others = await bench.interleave(tasks.slice(1), bench.quick ? 1 : 5);
      const series = [pair[0]!, ...others, pair[1]!];
      return [{
        what: `ls with ${few} processes`,
        unit: "ms",
        series,
        targets: count === 0 ? [] : [atMostTimes(count === 100 ? 1.1 : 1.45, LIMIT)],
        ...count === 100 ? { headline: "List 100 processes" } : {},
        note: "limit: an empty compiled Deno program",
      }];
    },
  };
}
