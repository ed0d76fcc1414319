import type { Bench } from "../bench.ts";
import { sleepers } from "../contender.ts";
import type { Measurement } from "../measurement.ts";
import { interleave, type Task } from "../measure.ts";
import { atMost, median } from "../result.ts";
import { run } from "../run.ts";

/** Commands that do something to all processes; the last one leaves none. */
const COMMANDS: readonly (readonly string[])[] = [
  ["restart", "all"],
  ["describe", "all"],
  ["logs", "--no-follow", "all"],
  ["reset", "all"],
  ["save"],
  ["stop", "--keep", "all"],
];

/** Whether what is done to a thousand processes takes more than ten times what a hundred take. */
export const thousand: Measurement = {
  name: "thousand",
  async run(bench) {
    const [few, many] = [bench.few(100), bench.few(1000)];
    const small = await timesWith(bench, few);
    const large = await timesWith(bench, many);
    return COMMANDS.map((command, index) => {
      const words = command.filter((word) => !word.startsWith("--")).join(" ");
      const [before, after] = [small[index]!, large[index]!];
      return {
        what: `${words} of ${many}, against ${many / few} times that of ${few}`,
        unit: "",
        series: [{ contender: "tsm", samples: after.map((ms) => ms / 10 / median(before)) }],
        targets: [atMost(1.3, "≤ 1.3")],
        note: `${median(before).toFixed(0)} and ${median(after).toFixed(0)} ms`,
      };
    });
  },
};

/** Milliseconds that each of the commands takes with `count` processes, run by run. */
async function timesWith(bench: Bench, count: number): Promise<readonly (readonly number[])[]> {
  const opened = await bench.openTsm();
  await opened.daemon.add(sleepers(count));
  const tasks = COMMANDS.map((command): Task => ({
    contender: "tsm",
    run: () => run(opened.call(...command)),
    ...command[0] === "stop" ? { after: () => run(opened.call("start", "all")) } : {},
  }));
  const times: (readonly number[])[] = [];
  // Not in turns: with all of them restarted meanwhile, the next command would pay for that.
  for (const task of tasks) {
    const [series] = await interleave([task], bench.quick ? 1 : 3);
    times.push(series!.samples);
  }
  await bench.close(opened);
  return times;
}
