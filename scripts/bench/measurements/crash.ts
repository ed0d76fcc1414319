import { delay } from "@std/async/delay";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import { interleave, type Task } from "../measure.ts";
import { atMost, LIMIT } from "../result.ts";

/** Milliseconds a program runs before it is killed: one that ends sooner is taken for broken. */
const STABLE = 1100;

/** How long it takes from the death of a process until its program runs again. */
export const crash: Measurement = {
  name: "crash",
  async run(bench) {
    using beacon = await bench.beacon();
    const all = await bench.openAll();
    const tasks: Task[] = [];
    for (const { contender, daemon } of all) {
      const { name } = contender;
      beacon.clear();
      await daemon.add([beacon.program(name)]);
      let pid = (await beacon.sightings(1))[0]!.pid;
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
    await using processes = LimitProcesses.of(bench.limits, 1, beacon.program(LIMIT));
    if (processes) {
      beacon.clear();
      await processes.do("start");
      await beacon.sightings(1);
      tasks.push({
        contender: LIMIT,
        before: () => beacon.clear(),
        run: async () => void await Promise.all([processes.do("restart"), beacon.sightings(1)]),
      });
    }
    // All have run long enough when a round begins.
    tasks[0] = { ...tasks[0]!, before: () => delay(STABLE).then(() => beacon.clear()) };
    const series = await interleave(tasks, bench.quick ? 3 : 15);
    await bench.closeAll(all);
    return [{
      what: "crash to running again",
      unit: "ms",
      // The commands that ran meanwhile were none of ours.
      series: series.map(({ contender, samples }) => ({ contender, samples })),
      targets: [atMost(5, "≤ 5 ms")],
      note: "from SIGKILL until the shell that is the program says so; limit: the same by kill, " +
        "waitpid and posix_spawn",
    }];
  },
};
