import type { Exit } from "../process/launch.ts";
import { isAlive, type ProcessTable } from "../process/process_table.ts";
import { pidExists } from "../process/signals.ts";

const INTERVAL = 200;

interface Watch {
  readonly start: number;
  readonly settle: (exit: Exit) => void;
}

/**
 * Sees the exit of processes that are no children of this supervisor, by looking
 * whether they are still there. How they ended cannot be known.
 */
export class ExitPoller {
  readonly #watches = new Map<number, Watch>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Resolves when the process has ended, at most 250 ms later. */
  watch(pid: number, start: number): Promise<Exit> {
    return new Promise((settle) => {
      this.#watches.set(pid, { start, settle });
      this.#timer ??= setInterval(() => this.#look((pid) => pidExists(pid)), INTERVAL);
    });
  }

  /** Looks in the process table, which tells zombies and reused pids. */
  compare(table: ProcessTable): void {
    this.#look((pid, start) => isAlive(table, pid, start));
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
    this.#watches.clear();
  }

  #look(isThere: (pid: number, start: number) => boolean): void {
    for (const [pid, { start, settle }] of this.#watches) {
      if (isThere(pid, start)) continue;
      this.#watches.delete(pid);
      settle({ code: null, signal: null });
    }
    if (this.#watches.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
