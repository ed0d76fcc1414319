import type { Opened } from "../bench.ts";
import type { Call } from "../contender.ts";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import type { Task } from "../measure.ts";
import { LIMIT, timesFaster } from "../result.ts";
import { run } from "../run.ts";

/** How long it takes from the command until the programs of a configuration file all run. */
export const startMany: Measurement = {
  name: "start-100",
  async run(bench) {
    const count = bench.few(100);
    using beacons = new DisposableStack();
    const tasks: Task[] = [];
    for (const contender of bench.contenders) {
      const beacon = beacons.use(await bench.beacon());
      let opened: Opened;
      let call: Call;
      tasks.push({
        contender: contender.name,
        async before() {
          opened = await bench.open(contender);
          call = await opened.daemon.startFile(beacon.programs(count));
          beacon.clear();
        },
        async run() {
          await Promise.all([run(call), beacon.sightings(count)]);
        },
        after: () => bench.close(opened),
      });
    }
    const beacon = beacons.use(await bench.beacon());
    await using processes = LimitProcesses.of(bench.limits, count, beacon.program(LIMIT));
    if (processes) {
      tasks.push({
        contender: LIMIT,
        async before() {
          await processes.do("stop");
          beacon.clear();
        },
        async run() {
          await Promise.all([processes.do("start"), beacon.sightings(count)]);
        },
      });
    }
    const series = await bench.interleave(tasks, bench.quick ? 1 : 5);
    return [{
      what: `start ${count} from a file`,
      unit: "ms",
      series,
      headline: `Start ${count} from a file`,
      targets: [timesFaster(3, "PM2")],
      note: "until the command has ended and all programs have begun; limit: a posix_spawn loop",
    }];
  },
};
