import { delay } from "@std/async/delay";
import type { Bench } from "../bench.ts";
import { Background } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import { cpuTime, memory } from "../proc.ts";
import { atMost, atMostTimes, LIMIT, type Result, type Target } from "../result.ts";

/** Seconds between the making of a crowd and the first look: garbage is still collected. */
const SETTLING = 6;

/** What supervisors use that have `count` processes and nothing to do. */
export function atRest(count: number): Measurement {
  return {
    name: `at-rest-${count}`,
    ...count > 100 ? { slow: true } : {},
    async run(bench) {
      const { all } = await bench.crowd(count);
      await using idle = new Background(bench.limits.idle);
      await delay(SETTLING * 1000);
      const watched = [
        ...all.map(({ contender, daemon }) => ({
          contender: contender.name,
          pids: daemon.supervisors(),
        })),
        { contender: LIMIT, pids: [idle.pid] },
      ];
      const seconds = bench.quick ? 6 : 30;
      const before = watched.map(({ pids }) => cpuTime(pids));
      const from = performance.now();
      const memories = watched.map(() => [] as number[]);
      while (performance.now() - from < seconds * 1000) {
        await delay(2000);
        for (const [index, { pids }] of watched.entries()) memories[index]!.push(memory(pids));
      }
      const elapsed = performance.now() - from;
      const results: Result[] = [];
      if (count >= 100) {
        results.push({
          what: `CPU of the supervisor, idle, ${count} processes`,
          unit: "%",
          series: watched.map(({ contender, pids }, index) => ({
            contender,
            samples: [(cpuTime(pids) - before[index]!) / elapsed * 100],
          })),
          targets: [count === 100 ? atMost(0.5, "≤ 0.5 %") : atMost(2, "≤ 2 %")],
          note: `of one core, over ${seconds} s, the commands it runs included`,
        });
      }
      const series = watched.map(({ contender }, index) => ({
        contender,
        samples: memories[index]!.map((kib) => kib / 1024),
      }));
      results.push({
        what: `memory of the supervisor, ${count} ${count === 1 ? "process" : "processes"}`,
        unit: "MB",
        series,
        targets: [atMostTimes(1, "PM2", "≤ PM2's"), ...growth(bench, count, series)],
        note: "resident; limit: an idle compiled Deno program; s6: all its supervisors together",
      });
      return results;
    },
  };
}

/** What the supervisor held with fewer processes, by benchmark. */
const smaller = new WeakMap<Bench, { count: number; mb: number }>();

/** The target of growth, once there is a smaller crowd to compare with. */
function growth(
  bench: Bench,
  count: number,
  series: readonly { contender: string; samples: readonly number[] }[],
): Target[] {
  const samples = series.find(({ contender }) => contender === "tsm")?.samples;
  if (!samples) return [];
  const mb = Math.min(...samples);
  const former = smaller.get(bench);
  smaller.set(bench, { count, mb });
  // The first hundred warm the engine up: what they take is not theirs.
  if (former === undefined || former.count < 100) return [];
  const kib = (mb - former.mb) * 1024 / (count - former.count);
  return [{
    text: `growth ≤ 20 KB a process (is ${kib.toFixed(0)})`,
    isMet: () => kib <= 20,
  }];
}
