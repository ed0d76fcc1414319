import type { Measurement } from "../measurement.ts";
import { sleepers } from "../contender.ts";
import { isRunning } from "../proc.ts";
import { atMost } from "../result.ts";
import { run } from "../run.ts";
import { until } from "../until.ts";

/** How long it takes from the first command behind the death of a supervisor until it knows all. */
export const adoption: Measurement = {
  name: "adoption",
  async run(bench) {
    const count = bench.few(1000);
    const opened = await bench.openTsm();
    const { daemon } = opened;
    await daemon.add(sleepers(count));
    const series = await bench.interleave([{
      contender: "tsm",
      async before() {
        const [supervisor] = daemon.supervisors();
        Deno.kill(supervisor!, "SIGKILL");
        await until("its end", () => !isRunning(supervisor!));
      },
      // Answered when all are adopted.
      run: () => run(opened.call("reset", "sleeper-1")),
    }], bench.quick ? 1 : 5);
    await bench.close(opened);
    return [{
      what: `kill -9 of the supervisor: until all of ${count} are adopted`,
      unit: "ms",
      series,
      targets: [atMost(1500, "≤ 1.5 s")],
      note: "from a command that finds no supervisor until it is answered; the start of the new " +
        "supervisor included",
    }];
  },
};
