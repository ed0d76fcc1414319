import type { Opened } from "../bench.ts";
import { sleepers } from "../contender.ts";
import type { Measurement } from "../measurement.ts";
import { isRunning } from "../proc.ts";
import { medianOf, type Series, type Target } from "../result.ts";
import { run } from "../run.ts";
import { until } from "../until.ts";

/** What is left of the list when the supervisor is killed, and what a restart then does. */
export const killSupervisor: Measurement = {
  name: "kill-supervisor",
  async run(bench) {
    const count = bench.few(20);
    const all: Target = {
      text: "all",
      isMet(result) {
        const figure = medianOf(result, "tsm");
        return figure === undefined ? undefined : figure === count;
      },
    };
    const listed: Series[] = [];
    const restarted: Series[] = [];
    for (const opened of await bench.openAll()) {
      const contender = opened.contender.name;
      await bench.attempt(contender, async () => {
        const { known, replaced } = await killAndLook(opened, count);
        listed.push({ contender, samples: [known] });
        restarted.push({ contender, samples: [replaced] });
        await bench.close(opened).catch(() => {});
      });
    }
    return [
      {
        what: `kill -9 of the supervisor: still listed, of ${count}`,
        unit: "",
        series: listed,
        targets: [all],
        note: "listed with the pid they had, by the next command",
      },
      {
        what: `… then restart all: replaced, of ${count}`,
        unit: "",
        series: restarted,
        targets: [all],
        note: "a new process runs and the old one has ended; a manager that has to be started " +
          "by hand first is not",
      },
    ];
  },
};

async function killAndLook(
  { daemon }: Opened,
  count: number,
): Promise<{ known: number; replaced: number }> {
  await daemon.add(sleepers(count));
  await until("all to run", async () => (await daemon.pids()).size >= count);
  const before = await daemon.pids();
  const [supervisor] = daemon.supervisors();
  Deno.kill(supervisor!, "SIGKILL");
  await until("its end", () => !isRunning(supervisor!));
  const after = await daemon.pids();
  const known = [...before].filter(([name, pid]) => after.get(name) === pid && isRunning(pid));
  await run(daemon.restartAll()).catch(() => {});
  let replaced: readonly unknown[] = [];
  // Some commands only send the signals and do not wait for the new processes.
  await until("the new ones", async () => {
    const now = await daemon.pids();
    replaced = [...before].filter(([name, pid]) => {
      const other = now.get(name);
      return other !== undefined && other !== pid && isRunning(other) && !isRunning(pid);
    });
    return replaced.length === count;
  }, { patience: 5000, interval: 100 }).catch(() => {});
  return { known: known.length, replaced: replaced.length };
}
