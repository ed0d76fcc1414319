import { leaderTree, type ProcessEntry, type ProcessTable } from "../../process/process_table.ts";
import { TICKS_PER_SECOND } from "../../process/linux/process_clock.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

interface Counted {
  total: number;
  /** CPU time of each member of the tree when it was last seen, by `pid:start`, in clock ticks. */
  seen: ReadonlyMap<string, number>;
}

/**
 * Counts the CPU time that processes used since this supervisor took charge of them,
 * over all their runs. It never goes back; what a process used after it was last seen is
 * not in it.
 */
export class CpuCounter {
  readonly #counted = new Map<string, Counted>();

  /** Looks at all processes. */
  look(table: ProcessTable, processes: readonly ManagedProcess[]): void {
    const names = new Set<string>();
    for (const { meta: { name }, run } of processes) {
      names.add(name);
      if (run) this.#count(name, leaderTree(table, run));
    }
    for (const name of this.#counted.keys()) if (!names.has(name)) this.#counted.delete(name);
  }

  /** Seconds of CPU time of a process so far. */
  secondsOf(name: string): number {
    return (this.#counted.get(name)?.total ?? 0) / TICKS_PER_SECOND;
  }

  #count(name: string, tree: readonly ProcessEntry[]): void {
    let counted = this.#counted.get(name);
    if (!counted) this.#counted.set(name, counted = { total: 0, seen: new Map() });
    const seen = new Map<string, number>();
    for (const { pid, start, ticks } of tree) {
      const key = `${pid}:${start}`;
      counted.total += Math.max(0, ticks - (counted.seen.get(key) ?? 0));
      seen.set(key, ticks);
    }
    counted.seen = seen;
  }
}
