import type { Measurement } from "../measurement.ts";
import { atMost, type Series } from "../result.ts";

/** How much of the disk it takes to know one process. */
export const stateBytes: Measurement = {
  name: "state-bytes",
  async run(bench) {
    const count = bench.few(100);
    const { all } = await bench.crowd(count);
    const series: Series[] = [];
    for (const { contender: { name }, daemon } of all) {
      await bench.attempt(name, async () => {
        series.push({ contender: name, samples: [await daemon.stateBytes() / count] });
      });
    }
    return [{
      what: "state of one process",
      unit: "B",
      series,
      targets: [atMost(500, "≤ 500 B")],
      note: "tsm: meta.json, spec.json, pid file, env, its share of base.env; PM2: dump.pm2, " +
        "pid file; supervisord: its section of the configuration; s6: run script and status",
    }];
  },
};
