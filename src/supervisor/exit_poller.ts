import { delay } from "@std/async/delay";
import type { Exit } from "./launch/launch.ts";
import { isAlive, type ProcessTable } from "../process/process_table.ts";
import { readProcesses } from "../process/linux/read_process_table.ts";
import { runShell } from "../process/run_shell.ts";
import { pidExists } from "../process/signals.ts";
import { UNSEEN_EXIT } from "./launch/run.ts";

const INTERVAL = 200;

interface WatchedExit {
  readonly start: number;
  readonly settle: (exit: Exit) => void;
}

/**
 * Sees the exit of processes that are no children of this supervisor, by looking
 * whether they are still there. How they ended cannot be known.
 */
export class ExitPoller {
  readonly #watches = new Map<number, WatchedExit>();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Whether the dead stay as zombies for a while, as in a container with a simple pid 1. */
  #zombiesStay: Promise<boolean> | undefined;
  #looking: Promise<void> | undefined;

  /** Resolves when the process has ended, at most 250 ms later. */
  watch(pid: number, start: number): Promise<Exit> {
    return new Promise((settle) => {
      this.#watches.set(pid, { start, settle });
      this.#zombiesStay ??= doZombiesStay().catch(() => false);
      // One that could not look is followed by another soon.
      this.#timer ??= setInterval(() => this.look().catch(() => {}), INTERVAL);
    });
  }

  /** Looks in the process table, which tells zombies and reused pids. */
  compare(table: ProcessTable): void {
    this.#settle((pid, start) => isAlive(table, pid, start));
  }

  /** Looks at each process; it does so by itself as long as it watches one. */
  look(): Promise<void> {
    // One that takes longer than the interval is not joined by others.
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    if (await this.#zombiesStay) {
      const pids = [...this.#watches.keys()];
      const table = await readProcesses(pids);
      this.#settle((pid, start) => !pids.includes(pid) || isAlive(table, pid, start));
    } else this.#settle((pid) => pidExists(pid));
  }

  /** Stops looking; resolves when the last look is over. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watches.clear();
    await this.#zombiesStay;
    await this.#looking?.catch(() => {});
  }

  #settle(isThere: (pid: number, start: number) => boolean): void {
    for (const [pid, { start, settle }] of this.#watches) {
      if (isThere(pid, start)) continue;
      this.#watches.delete(pid);
      settle(UNSEEN_EXIT);
    }
    if (this.#watches.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

/** Leaves a process to pid 1 and looks whether that buries it soon. */
async function doZombiesStay(): Promise<boolean> {
  const pid = Number(await runShell("sleep 0.01 >/dev/null & echo $!"));
  await delay(100);
  return (await readProcesses([pid])).has(pid);
}
