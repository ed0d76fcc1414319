import type { Opened } from "../bench.ts";
import type { Call } from "../contender.ts";
import { LimitProcesses } from "../limits.ts";
import type { Measurement } from "../measurement.ts";
import { interleave, type Task } from "../measure.ts";
import { LIMIT, timesFaster } from "../result.ts";
import { command, run } from "../run.ts";

/** How long it takes from the command until the programs of a configuration file all run. */
export const startMany: Measurement = {
  name: "start-100",
  async run(bench) {
    const count = bench.quick ? 20 : 100;
    using beacon = await bench.beacon();
    const programs = Array.from(
      { length: count },
      (_, index) => beacon.program(`app-${index + 1}`),
    );
    const hasConfig = await tsmHasConfig(bench.tsm);
    const able = bench.contenders.filter(({ name }) => name !== "tsm" || hasConfig);
    const tasks: Task[] = able.map((contender) => {
      let opened: Opened;
      let call: Call;
      return {
        contender: contender.name,
        async before() {
          opened = await bench.open(contender);
          call = await opened.daemon.startFile(programs);
          beacon.clear();
        },
        async run() {
          await Promise.all([run(call), beacon.sightings(count)]);
        },
        after: () => bench.close(opened),
      };
    });
    const { spawner } = bench.limits;
    await using processes = spawner
      ? new LimitProcesses(spawner, count, beacon.program("limit"))
      : undefined;
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
    const series = await interleave(tasks, bench.quick ? 1 : 3);
    return [{
      what: `start ${count} from a file`,
      unit: "ms",
      series,
      targets: [timesFaster(8, "PM2")],
      note: "until the command has ended and all programs have begun; limit: a posix_spawn loop" +
        (hasConfig ? "" : "; tsm left out: this tsm has no 'tsm start tsm.jsonc' yet"),
    }];
  },
};

/** Whether this tsm reads a `tsm.jsonc`: only one that does knows `tsm schema`. */
async function tsmHasConfig(binary: string): Promise<boolean> {
  const { success } = await command({ argv: [binary, "schema", "--help"] }).output();
  return success;
}
