import { delay } from "@std/async/delay";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { atMostTimes, LIMIT } from "../result.ts";

/** Milliseconds a program runs before it is killed: one that ends sooner is taken for broken. */
const STABLE = 1100;

/** How long it takes from the death of a process until its program runs again. */
export const crash: Measurement = {
  name: "crash",
  async run(bench) {
    using beacons = new DisposableStack();
    const all = await bench.openAll();
    const tasks: Task[] = [];
    for (const { contender, daemon } of all) {
      const { name } = contender;
      const beacon = beacons.use(await bench.beacon());
      let pid = 0;
      await bench.attempt(name, async () => {
        await daemon.add([beacon.program(name)]);
        pid = (await beacon.sightings(1))[0]!.pid;
      });
      tasks.push({
        contender: name,
        before: () => beacon.clear(),
        async run() {
          const killed = performance.now();
          Deno.kill(pid, "SIGKILL");
          pid = (await beacon.sightings(1))[0]!.pid;
          return performance.now() - killed;
        },
      });
    }
    const beacon = beacons.use(await bench.beacon());
    await using processes = LimitProcesses.of(bench.limits, 1, beacon.program(LIMIT));
    if (processes) {
      await processes.do("start");
      await beacon.sightings(1);
      tasks.push({
        contender: LIMIT,
        before: () => beacon.clear(),
        run: async () => void await Promise.all([processes.do("restart"), beacon.sightings(1)]),
      });
    }
    // When a round begins, all have run long enough to count as stable.
    const [first] = tasks;
    tasks[0] = { ...first!, before: () => delay(STABLE).then(() => first!.before!()) };
    const series = await bench.interleave(tasks, bench.quick ? 1 : 15);
    await bench.closeAll(all);
    return [{
      what: "crash to running again",
      unit: "ms",
      headline: "From a crash to running again",
      // The CPU time is left out: no command of the contender ran.
      series: series.map(({ contender, samples }) => ({ contender, samples })),
      targets: [atMostTimes(2.5, LIMIT)],
      note: "from SIGKILL until the shell that is the program says so; limit: the same by kill, " +
        "waitpid and posix_spawn",
    }];
  },
};
