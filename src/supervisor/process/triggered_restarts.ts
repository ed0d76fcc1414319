import type { EventDetail } from "../../db/record_events.ts";
import type { EventName } from "../../event_table.ts";
import { unhandled } from "../../errors.ts";
import { isUp } from "../../meta/status.ts";
import type { Run } from "../launch/run.ts";
import type { TriggerActions } from "../triggers/restart_triggers.ts";
import {
  mayRestart,
  type RunTriggerKind,
  TRIGGER_EVENTS,
  type TriggerKind,
} from "../triggers/trigger_kind.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ProcessTurns } from "./process_turns.ts";

/** What {@linkcode TriggeredRestarts} is made of. */
export interface TriggeredRestartsOptions {
  readonly host: {
    /** Whether it stops all and leaves: nothing is started any more. */
    readonly leaving: boolean;
    record(event: EventName, name: string, detail: EventDetail): void;
  };
  readonly turns: ProcessTurns;
  /** Asked for when a trigger fires: it is made after its triggers. */
  readonly life: () => Lifecycle;
  /** @throws {Deno.errors.AddrInUse} if another process has claimed its port. */
  readonly refuseIfClaimed: () => void;
}

/** What becomes of one process when one of its triggers fires: nobody has asked for it. */
export class TriggeredRestarts implements TriggerActions {
  readonly #options: TriggeredRestartsOptions;

  constructor(options: TriggeredRestartsOptions) {
    this.#options = options;
  }

  retry(): void {
    this.#options.turns.runUnawaited(() => this.#retryNow());
  }

  due(pattern: string): void {
    this.#options.turns.runUnawaited(() =>
      this.#restartAsDue("schedule", `cron_restart ${pattern}`)
    );
  }

  runDue(): void {
    this.#options.turns.runUnawaited(() => this.#runAsScheduled());
  }

  changed(what: string, counts: () => boolean): void {
    this.#options.turns.runUnawaited(() =>
      counts() ? this.#restartAsDue("files", what) : undefined
    );
  }

  unhealthy(run: Run, reason: string): void {
    // Where the disk is full, the next check tries again.
    this.restartFor(run, "health", reason).catch(() => {});
  }

  /**
   * Restarts it because `run` is not as it should be.
   *
   * @param trigger What has found that.
   * @param reason Says it in words.
   */
  restartFor(run: Run, trigger: RunTriggerKind, reason: string): Promise<void> {
    const { host, turns } = this.#options;
    return turns.run(async () => {
      const life = this.#options.life();
      if (life.run !== run || !mayRestart(trigger, life.meta)) return;
      host.record(TRIGGER_EVENTS[trigger], life.meta.name, { pid: run.pid, reason });
      await life.restart(reason);
    });
  }

  async #retryNow(): Promise<void> {
    const life = this.#options.life();
    if (life.meta.status === "waiting") await life.relaunch();
    else if (life.meta.status === "scheduled") await this.#runAsScheduled();
  }

  /** Runs a job whose time has come; one that somebody has stopped stays so. */
  async #runAsScheduled(): Promise<void> {
    const { host } = this.#options;
    const life = this.#options.life();
    const { status, name, pid } = life.meta;
    if (host.leaving) return;
    if (status === "scheduled") await life.startAnew();
    else if (isUp(status)) {
      const { overlap } = life.spec;
      switch (overlap) {
        case "skip":
          return host.record("skip", name, { pid, reason: "its last run is not over" });
        case "queue":
          return life.inactive.queueRun();
        default:
          return unhandled(overlap);
      }
    }
  }

  /** Restarts it; what ended by itself is started again, what somebody stopped is not. */
  async #restartAsDue(trigger: TriggerKind, reason: string): Promise<void> {
    const { host, refuseIfClaimed } = this.#options;
    const life = this.#options.life();
    if (host.leaving || !mayRestart(trigger, life.meta)) return;
    refuseIfClaimed();
    await life.restart(reason);
  }
}
