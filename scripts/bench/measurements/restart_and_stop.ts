import type { Beacon } from "../beacon.ts";
import type { Bench } from "../bench.ts";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { isRunning } from "../proc.ts";
import { LIMIT, timesFaster } from "../result.ts";
import { run } from "../run.ts";
import { until } from "../until.ts";

/** How long `restart all` and `stop all` take. */
export const restartAndStop: Measurement = {
  name: "restart-and-stop-100",
  async run(bench) {
    const count = bench.few(100);
    using beacons = new DisposableStack();
    const restarts: Task[] = [];
    const stops: Task[] = [];
    const all = await bench.openAll();
    for (const { contender: { name }, daemon } of all) {
      const beacon = beacons.use(await bench.beacon());
      let pids: readonly number[] = [];
      /** Does it, awaits that all run anew, and remembers them. */
      const untilBegun = async (call: () => Promise<void>) => {
        pids = await begun(beacon, count, call);
      };
      await bench.attempt(name, () => untilBegun(() => daemon.add(beacon.programs(count))));
      restarts.push({ contender: name, run: () => untilBegun(() => run(daemon.restartAll())) });
      stops.push({
        contender: name,
        async run() {
          await run(daemon.stopAll());
          await until("the end of all", () => !pids.some(isRunning));
        },
        after: () => untilBegun(() => run(daemon.startAll())),
      });
    }
    const beacon = beacons.use(await bench.beacon());
    await using processes = LimitProcesses.of(bench.limits, count, beacon.program(LIMIT));
    if (processes) {
      const untilBegun = async (what: "start" | "restart") => {
        await begun(beacon, count, () => processes.do(what));
      };
      await untilBegun("start");
      restarts.push({ contender: LIMIT, run: () => untilBegun("restart") });
      stops.push({
        contender: LIMIT,
        run: () => processes.do("stop"),
        after: () => untilBegun("start"),
      });
    }
    const rounds = roundsOf(bench);
    const restarted = await bench.interleave(restarts, rounds);
    const stopped = await bench.interleave(stops, rounds);
    await bench.closeAll(all);
    return [
      {
        what: `restart all of ${count}`,
        unit: "ms",
        series: restarted,
        headline: `Restart all of ${count}`,
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

/** Does it, and awaits that `count` programs have begun; gives their pids. */
async function begun(
  beacon: Beacon,
  count: number,
  call: () => Promise<void>,
): Promise<readonly number[]> {
  beacon.clear();
  const [sightings] = await Promise.all([beacon.sightings(count), call()]);
  return sightings.map(({ pid }) => pid);
}

function roundsOf({ quick }: Bench): number {
  return quick ? 1 : 3;
}
