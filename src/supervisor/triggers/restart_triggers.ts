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

/** What triggers take to know of their supervisor. */
interface TriggerHost {
  readonly root: RuntimeRoot;
  readonly rootPath: string;
  log(text: string): void;
}

/** All that restarts one process besides its exits: pauses, schedule, health and files. */
export class RestartTriggers {
  readonly #host: TriggerHost;
  /** The process, as it is at any time. */
  readonly #process: { readonly meta: Meta; readonly spec: Spec };
  readonly #actions: TriggerActions;
  readonly #timers: RestartTimers;
  /** Made when the process has a health check for the first time: most have none. */
  #health: HealthMonitor | undefined;
  /** Made when files are watched for the first time, likewise. */
  #files: FileWatch | undefined;
  /**
   * Counts the calls of {@linkcode forgetChanges}: a change that was reported before the last one
   * no longer counts.
   */
  #age = 0;

  /** @param process The process, as it is at any time. */
  constructor(
    host: TriggerHost,
    process: { readonly meta: Meta; readonly spec: Spec },
    actions: TriggerActions,
  ) {
    this.#host = host;
    this.#process = process;
    this.#actions = actions;
    this.#timers = new RestartTimers(actions);
  }

  /** How its present run is doing, where it has a health check. */
  get health(): HealthState | undefined {
    return this.#health?.state;
  }

  /** Follows what `spec` says from now on. */
  arm(spec: Spec): void {
    if (spec.watch !== null) this.#files ??= this.#watchedFiles();
    this.#files?.follow(spec.watch);
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
    this.#files?.forget();
  }

  /** Checks the health of `run` from now on. */
  follow(run: Run, { health }: Spec): void {
    if (health !== null) this.#health ??= this.#checkedHealth();
    this.#health?.follow(run, health);
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
    this.#health?.close();
    this.#files?.close();
  }

  #checkedHealth(): HealthMonitor {
    const process = this.#process;
    return new HealthMonitor({
      check: (health) =>
        checkHealth(health, {
          port: process.spec.port,
          run: (line, timeout) => runBeside(this.#host, process, line, { timeout }),
        }),
      unhealthy: (run, reason) => this.#actions.unhealthy(run, reason),
    });
  }

  #watchedFiles(): FileWatch {
    const changed = (what: string) => {
      const age = this.#age;
      this.#actions.changed(what, () => age === this.#age);
    };
    return new FileWatch(this.#host.rootPath, { changed, log: (text) => this.#log(text) });
  }

  #log(text: string): void {
    this.#host.log(`${this.#process.meta.name}: ${text}`);
  }
}
