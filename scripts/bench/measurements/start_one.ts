import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { atMostTimes, LIMIT } from "../result.ts";
import { run } from "../run.ts";
import type { Call } from "../contender.ts";

/** How long it takes to start one process, the supervisor running. */
export const startOne: Measurement = {
  name: "start-one",
  async run(bench) {
    const all = await bench.openAll();
    const sleeper = { name: "sleeper", argv: ["sleep", "100000"] };
    const tasks: Task[] = all.map(({ contender, daemon }) => {
      let call: Call;
      let count = 0;
      return {
        contender: contender.name,
        async before() {
          call = await daemon.startOne({ ...sleeper, name: `sleeper-${++count}` });
        },
        run: () => run(call),
      };
    });
    await using processes = LimitProcesses.of(bench.limits, 1, sleeper);
    if (processes) {
      tasks.push({
        contender: LIMIT,
        before: () => processes.do("stop"),
        async run() {
          await run({ argv: [bench.limits.empty] });
          await processes.do("start");
        },
      });
    }
    const series = await bench.interleave(tasks, bench.quick ? 1 : 41);
    await bench.closeAll(all);
    return [{
      what: "start of one",
      unit: "ms",
      series,
      targets: [atMostTimes(1.5, LIMIT)],
      note: "limit: an empty compiled Deno program, and one posix_spawn",
    }];
  },
};
