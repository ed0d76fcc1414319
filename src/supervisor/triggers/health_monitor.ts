import type { HealthState } from "../../api/schemas/health.ts";
import { messageOf } from "../../errors.ts";
import type { Health } from "../../settings/table/settings_table.ts";
import type { Run } from "../launch/run.ts";

/** What a monitor does when it is time. */
export interface HealthActions {
  /** Makes one check; throws what is wrong. */
  check(health: Health): Promise<void>;
  /** Told when it has failed often enough, and at every failure after that. */
  unhealthy(run: Run, reason: string): void;
}

/** Milliseconds between two checks while it has not been healthy yet. */
const EAGER = 500;

/** Who is watched, and since when failures count. */
interface Watched {
  readonly run: Run;
  readonly health: Health;
  /** When a failure was counted last, by the monotonic clock. */
  countedAt: number;
}

/**
 * Checks the health of one process, one run after another. Until a run is healthy for the first
 * time it is checked more often; a failure counts once an interval then, and not before the grace
 * is over.
 */
export class HealthMonitor {
  readonly #actions: HealthActions;
  #watched: Watched | undefined;
  #state: HealthState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(actions: HealthActions) {
    this.#actions = actions;
  }

  /** How the present run is; `undefined` where there is none, or no check. */
  get state(): HealthState | undefined {
    return this.#state;
  }

  /** Watches `run` from now on, or nothing. */
  follow(run: Run, health: Health | null): void {
    this.close();
    if (health === null) return;
    const watched = { run, health, countedAt: performance.now() };
    this.#watched = watched;
    this.#state = { status: "starting", checked_at: null, failures: 0, reason: null };
    run.exited.then(() => {
      if (this.#watched === watched) this.close();
    });
    this.#timer = setTimeout(() => this.#look(watched), Math.min(100, health.interval));
  }

  /** Watches nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#watched = undefined;
    this.#state = undefined;
  }

  async #look(watched: Watched): Promise<void> {
    let problem: string | null = null;
    try {
      await this.#actions.check(watched.health);
    } catch (error) {
      problem = messageOf(error);
    }
    if (this.#watched !== watched) return;
    const { run, health } = watched;
    const before = this.#state!;
    const checked_at = Math.floor(Date.now() / 1000);
    if (problem === null) {
      this.#state = { status: "healthy", checked_at, failures: 0, reason: null };
    } else {
      const failures = before.failures + (this.#counts(watched, before) ? 1 : 0);
      const status = failures >= health.retries ? "unhealthy" : before.status;
      this.#state = { status, checked_at, failures, reason: problem };
      if (status === "unhealthy") {
        const times = failures === 1 ? "once" : `${failures} times in a row`;
        this.#actions.unhealthy(run, `unhealthy: ${problem} (${times})`);
      }
    }
    const eager = this.#state.status === "starting";
    this.#timer = setTimeout(
      () => this.#look(watched),
      eager ? Math.min(EAGER, health.interval) : health.interval,
    );
  }

  /** Whether a failure seen now counts; then the next one counts an interval later. */
  #counts(watched: Watched, { status }: HealthState): boolean {
    const { run, health, countedAt } = watched;
    const now = performance.now();
    if (status === "starting") {
      if (run.uptime() < health.grace || now - countedAt < health.interval) return false;
    }
    watched.countedAt = now;
    return true;
  }
}
