import { delay } from "@std/async/delay";
import type { Beacon } from "../beacon.ts";
import { type Opened, removeSoon } from "../bench.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { cpuTime } from "../proc.ts";
import { atLeastTimes, LIMIT, type Result, type Series } from "../result.ts";
import { command, run } from "../run.ts";
import { until } from "../until.ts";

const LINE =
  "a line of a log, as long as they often are: a hundred characters and a bit more, so to speak";

/** How fast a program writes its log, and what that costs its supervisor. */
export const logThroughput: Measurement = {
  name: "log-throughput",
  async run(bench) {
    const bytes = bench.quick ? 50_000_000 : 1_000_000_000;
    using beacons = new DisposableStack();
    const writerOf = (beacon: Beacon) =>
      beacon.program("writer", `yes "${LINE}" | head -c ${bytes}`);
    const used = new Map<string, number[]>();
    const tasks: Task[] = [];
    for (const contender of bench.contenders) {
      const beacon = beacons.use(await bench.beacon());
      const program = writerOf(beacon);
      let opened: Opened;
      tasks.push({
        contender: contender.name,
        before: async () => void (opened = await bench.open(contender)),
        async run() {
          const { daemon } = opened;
          const pids = daemon.supervisors();
          const cpu = cpuTime(pids);
          const call = await daemon.startOne(program);
          beacon.clear();
          const started = run(call);
          started.catch(() => {});
          await beacon.sightings(1);
          const begun = performance.now();
          await awaitSize(daemon.log(program.name), bytes);
          const rate = rateOf(bytes, begun);
          await started;
          // A supervisor that accounts for what it has copied does so at its next tick, which counts too.
          await delay(100);
          used.set(contender.name, [...used.get(contender.name) ?? [], cpuTime(pids) - cpu]);
          return rate;
        },
        async after() {
          await bench.close(opened);
          // A log that is left would be written to the disk while the next contender is measured.
          await removeSoon(opened.dir);
        },
      });
    }
    const beacon = beacons.use(await bench.beacon());
    tasks.push({
      contender: LIMIT,
      async run() {
        const path = `${bench.dir}/redirected`;
        beacon.clear();
        const argv = ["/bin/sh", "-c", `exec "$@" >'${path}'`, "sh", ...writerOf(beacon).argv];
        const child = command({ argv }).spawn();
        await beacon.sightings(1);
        const begun = performance.now();
        await awaitSize(path, bytes);
        const rate = rateOf(bytes, begun);
        child.kill("SIGKILL");
        await child.status;
        await Deno.remove(path);
        return rate;
      },
    });
    const series = await bench.interleave(tasks, bench.quick ? 1 : 3);
    const amount = bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`;
    return [
      {
        what: `${amount} of log through a process`,
        unit: "MB/s",
        series: series.map(({ contender, samples }) => ({ contender, samples })),
        targets: [atLeastTimes(0.95, LIMIT)],
        note:
          "more is better; from the beginning of the program on, no rotation; limit: the shell's own >",
      },
      supervisorCost(
        amount,
        series.flatMap(({ contender }) => {
          const samples = used.get(contender);
          return samples ? [{ contender, samples }] : [];
        }),
      ),
    ];
  },
};

function supervisorCost(amount: string, series: readonly Series[]): Result {
  return {
    what: `CPU of the supervisor for ${amount} of log`,
    headline: `CPU time for ${amount} of log`,
    unit: "ms",
    series,
    targets: [],
    note: "the start itself included",
  };
}

function rateOf(bytes: number, begun: number): number {
  return bytes / 1000 / (performance.now() - begun);
}

async function awaitSize(path: string, bytes: number): Promise<void> {
  await until(
    "the log to be written",
    () => Deno.stat(path).then(({ size }) => size >= bytes, () => false),
  );
}
