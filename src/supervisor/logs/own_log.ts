import type { Retention } from "../../logs/retention.ts";
import { finishRotation, plainFile, rotateOwn } from "../../logs/rotate.ts";
import { type LogPaths, logPaths, type RuntimeRoot } from "../../root.ts";
import type { LogChores } from "./log_chores.ts";

/** How the supervisor's own log is kept. */
const KEPT: Retention & { readonly size: number } = {
  size: 10 * 1024 * 1024,
  files: 5,
  age: 0,
  total: 0,
};

/** Keeps `supervisor.log`, which only the supervisor itself writes to. */
export class OwnLog {
  readonly #log: LogPaths;
  readonly #chores: LogChores;

  constructor(root: RuntimeRoot, chores: LogChores) {
    this.#log = logPaths(root.supervisorLog);
    this.#chores = chores;
  }

  /** Finishes a rotation that an earlier supervisor did not. */
  finishInterrupted(): Promise<void> {
    return finishRotation(this.#log);
  }

  /** Rotates it where it is large enough. */
  tick(): void {
    try {
      if (plainFile(this.#log.current).size < KEPT.size) return;
      rotateOwn(this.#log);
      this.#chores.tidy([this.#log], KEPT);
    } catch {
      // There is nowhere to say so.
    }
  }
}
