import type { ProcessStats } from "../../api/messages/stats.ts";
import { leaderTree, type ProcessTable } from "../../process/process_table.ts";
import { TICKS_PER_SECOND } from "../../process/linux/process_clock.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

interface Sample {
  /** Milliseconds, monotonic. */
  readonly at: number;
  readonly pid: number;
  /** CPU time of each member of the tree so far, by pid, in clock ticks. */
  readonly ticks: ReadonlyMap<number, number>;
}

/** Measures what processes use: the CPU time between two looks, and the memory now. */
export class Sampler {
  #samples = new Map<string, Sample>();
  #latest: Readonly<Record<string, ProcessStats>> = {};

  /** What it saw at the last {@linkcode sample}; by name, without an entry where none runs. */
  get latest(): Readonly<Record<string, ProcessStats>> {
    return this.#latest;
  }

  /** Looks, and remembers what it saw for the next look. */
  sample(
    table: ProcessTable,
    processes: readonly ManagedProcess[],
  ): Readonly<Record<string, ProcessStats>> {
    const { stats, samples } = this.#look(table, processes);
    this.#samples = samples;
    this.#latest = stats;
    return stats;
  }

  /** Looks, compared with the last time {@linkcode sample} did. */
  peek(
    table: ProcessTable,
    processes: readonly ManagedProcess[],
  ): Readonly<Record<string, ProcessStats>> {
    return this.#look(table, processes).stats;
  }

  #look(table: ProcessTable, processes: readonly ManagedProcess[]) {
    const at = performance.now();
    const samples = new Map<string, Sample>();
    const stats: Record<string, ProcessStats> = {};
    for (const { meta, run } of processes) {
      if (!run) continue;
      const tree = leaderTree(table, run);
      const ticks = new Map(tree.map((member) => [member.pid, member.ticks]));
      const sample: Sample = { at, pid: run.pid, ticks };
      const previous = this.#samples.get(meta.name);
      const isSameRun = previous?.pid === run.pid;
      const seconds = (isSameRun ? at - previous.at : run.uptime()) / 1000;
      let used = 0;
      for (const [pid, now] of ticks) {
        used += now - (isSameRun ? previous.ticks.get(pid) ?? 0 : 0);
      }
      samples.set(meta.name, sample);
      stats[meta.name] = {
        cpu: seconds > 0.05 ? Math.round(used / TICKS_PER_SECOND / seconds * 1000) / 10 : 0,
        mem: tree.reduce((sum, { rss }) => sum + rss, 0),
        processes: tree.length,
      };
    }
    return { stats, samples };
  }
}
