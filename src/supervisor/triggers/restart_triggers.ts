import type { HealthState } from "../../api/schemas/health.ts";
import { messageOf } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import type { RuntimeRoot } from "../../root.ts";
import { FileWatch } from "./file_watch.ts";
import { checkHealth } from "./health_check.ts";
import { HealthMonitor } from "./health_monitor.ts";
import { RestartTimers, type TimerActions } from "./restart_timers.ts";
import type { Run } from "../launch/run.ts";
import { runBeside } from "../launch/run_helper_command.ts";

/** What a process's triggers call. */
export interface TriggerActions extends TimerActions {
  /**
   * Files of it changed; `what` says which. When its turn has come, `counts` tells whether
   * that is still a reason to restart it.
   */
  changed(what: string, counts: () => boolean): void;
  /** Its health check has failed too often; `reason` says how. */
  unhealthy(run: Run, reason: string): void;
}

/** All that restarts one process besides its exits: pauses, schedule, health and files. */
export class RestartTriggers {
  readonly #log: (text: string) => void;
  readonly #timers: RestartTimers;
  readonly #health: HealthMonitor;
  readonly #files: FileWatch;
  /**
   * Counts the calls of {@linkcode forgetChanges}: a change that was reported before the last one
   * no longer counts.
   */
  #age = 0;

  /** @param process The process, as it is at any time. */
  constructor(
    host: { readonly root: RuntimeRoot; readonly rootPath: string; log(text: string): void },
    process: { readonly meta: Meta; readonly spec: Spec },
    actions: TriggerActions,
  ) {
    this.#log = (text) => host.log(`${process.meta.name}: ${text}`);
    this.#timers = new RestartTimers(actions);
    this.#health = new HealthMonitor({
      check: (health) =>
        checkHealth(health, {
          port: process.spec.port,
          run: (line, timeout) => runBeside(host, process, line, { timeout }),
        }),
      unhealthy: actions.unhealthy,
    });
    const changed = (what: string) => {
      const age = this.#age;
      actions.changed(what, () => age === this.#age);
    };
    this.#files = new FileWatch(host.rootPath, { changed, log: this.#log });
  }

  /** How its present run is doing, where it has a health check. */
  get health(): HealthState | undefined {
    return this.#health.state;
  }

  /** Follows what `spec` says from now on. */
  arm(spec: Spec): void {
    this.#files.follow(spec.watch);
    try {
      this.#timers.schedule(spec);
    } catch (error) {
      this.#log(`its schedule: ${messageOf(error)}`);
    }
  }

  /** When its `schedule` comes next, in milliseconds since the epoch; `undefined`: never. */
  get nextRun(): number | undefined {
    return this.#timers.nextRun;
  }

  /** Drops all changes so far: the process begins with them, or its own hooks made them. */
  forgetChanges(): void {
    this.#age++;
    this.#files.forget();
  }

  /** Checks the health of `run` from now on. */
  follow(run: Run, { health }: Spec): void {
    this.#health.follow(run, health);
  }

  /** Calls `retry` after `delay` milliseconds, instead of when it would have. */
  retryIn(delay: number): void {
    this.#timers.retryIn(delay);
  }

  /** Calls `retry` no more. */
  cancelRetry(): void {
    this.#timers.cancelRetry();
  }

  /** Calls nothing any more. */
  close(): void {
    this.#timers.close();
    this.#health.close();
    this.#files.close();
  }
}
