import type { Bench } from "../bench.ts";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import { interleave, type Task } from "../measure.ts";
import { isRunning } from "../proc.ts";
import { LIMIT, timesFaster } from "../result.ts";
import { run } from "../run.ts";
import { until } from "../until.ts";

/** How long `restart all` and `stop all` take. */
export const restartAndStop: Measurement = {
  name: "restart-and-stop-100",
  async run(bench) {
    const count = bench.few(100);
    using beacon = await bench.beacon();
    const programs = beacon.programs(count);
    const all = await bench.openAll();
    const pids = new Map<string, readonly number[]>();
    for (const { contender, daemon } of all) {
      beacon.clear();
      await daemon.add(programs);
      pids.set(contender.name, (await beacon.sightings(count)).map(({ pid }) => pid));
    }
    await using processes = LimitProcesses.of(bench.limits, count, beacon.program(LIMIT));
    await processes?.do("start");

    /** Awaits that all run anew, and remembers them. */
    const begun = async (name: string) => {
      pids.set(name, (await beacon.sightings(count)).map(({ pid }) => pid));
    };
    const restarts: Task[] = all.map(({ contender: { name }, daemon }) => ({
      contender: name,
      before: () => beacon.clear(),
      run: async () => void await Promise.all([run(daemon.restartAll()), begun(name)]),
    }));
    const stops: Task[] = all.map(({ contender: { name }, daemon }) => ({
      contender: name,
      async run() {
        await run(daemon.stopAll());
        await until("the end of all", () => !pids.get(name)!.some(isRunning));
      },
      async after() {
        beacon.clear();
        await Promise.all([run(daemon.startAll()), begun(name)]);
      },
    }));
    if (processes) {
      restarts.push({
        contender: LIMIT,
        before: () => beacon.clear(),
        run: async () => void await Promise.all([processes.do("restart"), begun(LIMIT)]),
      });
      stops.push({
        contender: LIMIT,
        run: () => processes.do("stop"),
        after: () => processes.do("start"),
      });
    }
    const rounds = roundsOf(bench);
    const restarted = await interleave(restarts, rounds);
    const stopped = await interleave(stops, rounds);
    await bench.closeAll(all);
    return [
      {
        what: `restart all of ${count}`,
        unit: "ms",
        series: restarted,
        targets: [timesFaster(3, "PM2")],
        note: "until the command has ended and all programs have begun; limit: SIGTERM, waitpid, " +
          "posix_spawn",
      },
      {
        what: `stop all of ${count}`,
        unit: "ms",
        series: stopped,
        targets: [timesFaster(20, "PM2")],
        note: "limit: SIGTERM and waitpid",
      },
    ];
  },
};

function roundsOf({ quick }: Bench): number {
  return quick ? 1 : 3;
}
