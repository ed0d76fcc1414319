import { delay } from "@std/async/delay";
import type { Bench, Opened } from "../bench.ts";
import { sleepers } from "../contender.ts";
import { Background } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import { cpuTime, privateMemory } from "../proc.ts";
import { atMostOver, atMostTimes, LIMIT, type Result } from "../result.ts";

/** What supervisors use that have `count` processes and nothing to do. */
export function atRest(count: number): Measurement {
  return {
    name: `at-rest-${count}`,
    ...count > 100 ? { slow: true } : {},
    async run(bench) {
      const few = bench.few(count);
      const uses = await usesAtRest(bench, few);
      const results: Result[] = [];
      if (count >= 100) {
        results.push({
          what: `CPU of the supervisor, idle, ${few} processes`,
          unit: "%",
          series: uses.map(({ contender, cpu }) => ({ contender, samples: [cpu] })),
          targets: [atMostTimes(count === 100 ? 2 : 1, "PM2")],
          note: `of one core, over ${seconds(bench, count)} s, the commands it runs included`,
        });
      }
      const series = uses.map(({ contender, megabytes }) => ({ contender, samples: megabytes }));
      results.push({
        what: `private memory of the supervisor, ${few} ${few === 1 ? "process" : "processes"}`,
        unit: "MB",
        series,
        targets: count === 100 ? [] : [atMostOver(count === 1 ? 4 : 20, LIMIT)],
        note:
          "anonymous pages, those of no file; limit: an idle compiled Deno program; s6: all its " +
          "supervisors together",
      });
      return results;
    },
  };
}

/** Some processes of a contender. */
interface Watched {
  readonly contender: string;
  readonly pids: () => readonly number[];
}

/** What they used. */
interface Use {
  readonly contender: string;
  /** Percent of one core. */
  readonly cpu: number;
  /** Private memory, now and then. */
  readonly megabytes: readonly number[];
}

async function usesAtRest(bench: Bench, count: number): Promise<Use[]> {
  const watchedOf = ({ contender, daemon }: Opened): Watched => ({
    contender: contender.name,
    pids: () => daemon.supervisors(),
  });
  await using idle = new Background(bench.limits.idle);
  const limit: Watched = { contender: LIMIT, pids: () => [idle.pid] };
  if (bench.quick || count < 100) {
    const { all } = await bench.crowd(count);
    await delay(settling(bench, count) * 1000);
    return await watch(bench, count, [...all.map(watchedOf), limit]);
  }
  // tsm by itself: it looks at all processes of the machine, and would pay for the thousands of the
  // others, which look at their own.
  const [first, ...others] = bench.contenders;
  const uses: Use[] = [];
  for (const contenders of [[first!], others]) {
    const all: Opened[] = [];
    for (const contender of contenders) {
      await bench.attempt(contender.name, async () => {
        const opened = await bench.open(contender);
        await opened.daemon.add(sleepers(count));
        all.push(opened);
      });
    }
    await delay(settling(bench, count) * 1000);
    const isLast = contenders === others;
    uses.push(...await watch(bench, count, [...all.map(watchedOf), ...isLast ? [limit] : []]));
    await bench.closeAll(all);
  }
  return uses;
}

/**
 * Seconds from the making of a crowd to the first look: engines compile and clear up after it, V8
 * once more 100 s after it has collected garbage, and tsm takes half a minute without a line of log
 * for rest.
 */
function settling({ quick }: Bench, count: number): number {
  return quick ? 1 : count < 100 ? 20 : 120;
}

/**
 * Seconds of looking: a whole minute, for what is done once a minute is done once in it; less where
 * memory is all that is wanted.
 */
function seconds({ quick }: Bench, count: number): number {
  return quick ? 2 : count < 100 ? 20 : 60;
}

async function watch(bench: Bench, count: number, all: readonly Watched[]): Promise<Use[]> {
  const begun: (Use & { readonly pids: readonly number[]; readonly megabytes: number[] })[] = [];
  for (const { contender, pids: find } of all) {
    await bench.attempt(contender, () => {
      const pids = find();
      begun.push({ contender, pids, cpu: cpuTime(pids), megabytes: [] });
    });
  }
  const from = performance.now();
  while (performance.now() - from < seconds(bench, count) * 1000) {
    await delay(2000);
    for (const { contender, pids, megabytes } of begun) {
      await bench.attempt(contender, () => void megabytes.push(privateMemory(pids) / 1024));
    }
  }
  const elapsed = performance.now() - from;
  const uses: Use[] = [];
  for (const { contender, pids, cpu: before, megabytes } of begun) {
    await bench.attempt(contender, () => {
      uses.push({ contender, cpu: (cpuTime(pids) - before) / elapsed * 100, megabytes });
    });
  }
  return uses;
}
