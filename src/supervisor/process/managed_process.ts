import type { HealthState } from "../../api/messages/health.ts";
import { messageOf, unhandled } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import { mustLive, statusOfRun } from "../../meta/readiness.ts";
import { hasEnded, isMeantToRun, isMeantToStop, isUp } from "../../meta/status.ts";
import type { Spec } from "../../meta/spec.ts";
import type { EnvironmentDifference } from "../../program/environment.ts";
import type { Exit } from "../launch/launch.ts";
import { FOUND_DEAD } from "./ended_run.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { LifecycleHost } from "./lifecycle_host.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { type EndingIntent, finishInterrupted, interruptedIntent, resume } from "./resume.ts";
import {
  mayRestart,
  type RunTriggerKind,
  TRIGGER_EVENTS,
  type TriggerKind,
} from "../triggers/trigger_kind.ts";
import type { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import { RestartTriggers } from "../triggers/restart_triggers.ts";
import { describeExit, type Run } from "../launch/run.ts";
import { portReason } from "../ports/port_reason.ts";
import { choosesItsPort } from "../ports/sibling_port.ts";
import { SerialQueue } from "../../async/serial_queue.ts";

/** What a managed process needs of its supervisor. */
export interface ProcessHost extends LifecycleHost {
  /**
   * Told before it is launched. What a crashed run left behind may still write to its
   * logs: they can be renamed now, for that loses nothing, but not truncated.
   */
  launching(about: ManagedProcess, event: "start" | "restart"): Promise<void>;
  /** Whether the last run that its history tells of is the start of this pid. */
  hasRecordedStart(name: string, pid: number): boolean;
  /** Told when the process's directory is gone. */
  removed(gone: ManagedProcess): void;
  /** Whether it stops all and leaves: nothing is started any more. */
  readonly leaving: boolean;
  /** All processes of the supervisor. */
  readonly processes: readonly ManagedProcess[];
  /** @throws {Deno.errors.AddrInUse} if another process has claimed the port of `spec`. */
  refuseClaimedPort(about: ManagedProcess, spec: Spec): void;
}

/** Why nothing is begun any more. */
export const SHUTTING_DOWN = "the supervisor is shutting down; try again";

/**
 * One process that tsm manages, from its first start to its removal. What it is
 * asked to do is done one after another; its `meta.json` always says what it is
 * about to do next, so that another supervisor can finish it.
 */
export class ManagedProcess {
  readonly #host: ProcessHost;
  readonly #queue: SerialQueue = new SerialQueue();
  readonly #triggers: RestartTriggers;
  readonly #life: Lifecycle;
  /** The spec that was put together where `spec.json` could not be read. */
  readonly #madeUpSpec: Spec | undefined;
  #detached = false;
  /** When a stop of it was last requested, by `performance.now()`. */
  #stopRequestedAt = -Infinity;
  /** Ends the wait of a restart for its launch. */
  #waiting: PromiseWithResolvers<never> | undefined;

  /** @param known.hasMadeUpSpec Whether its `spec.json` could not be read. */
  constructor(
    host: ProcessHost,
    { meta, spec, hasMadeUpSpec }: {
      readonly meta: Meta;
      readonly spec: Spec;
      readonly hasMadeUpSpec: boolean;
    },
  ) {
    this.#host = host;
    this.#madeUpSpec = hasMadeUpSpec ? spec : undefined;
    this.#triggers = new RestartTriggers(host, this, {
      retry: () => this.#enqueueUnawaited(() => this.#retryNow()),
      due: (pattern) =>
        this.#enqueueUnawaited(() => this.#restartAsDue("schedule", `cron_restart ${pattern}`)),
      runDue: () => this.#enqueueUnawaited(() => this.#runAsScheduled()),
      changed: (what, counts) =>
        this.#enqueueUnawaited(() => counts() ? this.#restartAsDue("files", what) : undefined),
      // Where the disk is full, the next check tries again.
      unhealthy: (run, reason) => this.restartFor(run, "health", reason).catch(() => {}),
    });
    this.#life = new Lifecycle(host, { meta, spec }, this.#triggers, {
      launching: (event) => host.launching(this, event),
      // As with its health: where the disk is full, its watchdog tries again.
      silent: (run, reason) => this.restartFor(run, "watchdog", reason).catch(() => {}),
      exited: (run, exit) => this.#enqueueUnawaited(() => this.#onExit(run, exit)),
      removed: () => host.removed(this),
    });
    this.#triggers.arm(spec);
  }

  get meta(): Meta {
    return this.#life.meta;
  }

  get spec(): Spec {
    return this.#life.spec;
  }

  /** Whether its `spec.json` could not be read, and most of its spec is only defaults. */
  get hasMadeUpSpec(): boolean {
    return this.#madeUpSpec === this.spec;
  }

  /** The present run, if it runs. */
  get run(): Run | undefined {
    return this.#life.run;
  }

  /** The run that its present one is to take over from, while both are there. */
  get takenOver(): Run | undefined {
    return this.#life.takenOver;
  }

  /** How its present run is doing, where it has a health check. */
  get health(): HealthState | undefined {
    return this.#triggers.health;
  }

  /** Whether its present run is ready, where that is waited for. */
  get readiness(): Pick<ReadinessMonitor, "missing"> {
    return this.#life.readiness;
  }

  /** Whether it has been stopped and removed: nothing becomes of it any more. */
  get removed(): boolean {
    return this.#life.removed;
  }

  /** Its directory. */
  get directory(): ProcessDirectory {
    return this.#life.directory;
  }

  /**
   * Starts it with what its spec says.
   *
   * @param requestedAt When that was asked for, by `performance.now()`: a stop since then prevails.
   * @param request The id of the request that asks for it.
   * @returns the run, its program started.
   * @throws {Deno.errors.AlreadyExists} if it runs.
   * @throws {Deno.errors.Interrupted} if it was stopped meanwhile.
   * @throws {Deno.errors.AddrInUse} if another process has claimed its port meanwhile.
   */
  start(requestedAt = performance.now(), request?: string): Promise<Run> {
    return this.#enqueue(() => {
      this.#refuseIfRunning();
      this.#refuseIfStopped(requestedAt);
      this.#refuseIfClaimed();
      return this.#life.startAnew(request);
    });
  }

  /** Its present run; where an earlier supervisor could not finish its launch, that is done. */
  started(): Promise<Run> {
    return this.#enqueue(() => this.run ?? this.#life.startAnew());
  }

  /** Gives a process that does not run a new spec and environment, and starts it. */
  startAs(
    spec: Spec,
    environment: EnvironmentDifference,
    requestedAt = performance.now(),
    request?: string,
  ): Promise<Run> {
    return this.#enqueue(() => {
      this.#refuseIfRunning();
      this.#refuseIfStopped(requestedAt);
      this.#refuseIfClaimed(spec);
      this.#life.define(spec, environment);
      return this.#life.startAnew(request);
    });
  }

  /**
   * Ends it, if it runs, and starts it again.
   *
   * @param change.environment Its new environment; without it, it keeps the one it has.
   * @param change.spec Its new spec, likewise.
   * @param change.beforeLaunch Called when it has ended, and awaited before it is launched; a stop
   * prevails.
   * @param change.request The id of the request that asks for it.
   * @param requestedAt When that was asked for: a stop since then prevails.
   */
  restart(
    { environment, spec, beforeLaunch, request }: {
      readonly environment?: EnvironmentDifference | undefined;
      readonly spec?: Spec;
      readonly request?: string | undefined;
      readonly beforeLaunch?: () => Promise<unknown>;
    } = {},
    requestedAt = performance.now(),
  ): Promise<Run> {
    return this.#enqueue(async () => {
      this.#refuseIfStopped(requestedAt);
      this.#refuseIfClaimed(spec);
      if (environment) this.#life.define(spec ?? this.spec, environment);
      const isUp = this.run !== undefined;
      if (isUp) await this.#life.endForRestart({ request });
      if (beforeLaunch) await this.#waitUnlessStopped(beforeLaunch(), requestedAt);
      return await (isUp ? this.#life.launchAgain() : this.#life.startAnew(request));
    });
  }

  /**
   * Restarts it without a gap: its next run is started beside the present one, which is ended when
   * the next one is ready. Where it does not run, it is started.
   *
   * @param change Its new environment and spec; what is not given it keeps.
   * @param change.request The id of the request that asks for it.
   * @param requestedAt When that was asked for: a stop since then prevails.
   * @param ready Waits until the next run is ready.
   * @throws why it does not become ready; the present run goes on, and nothing has changed.
   */
  handOver(
    { environment, spec = this.spec, request }: {
      readonly environment?: EnvironmentDifference | undefined;
      readonly spec?: Spec;
      readonly request?: string | undefined;
    },
    requestedAt: number,
    ready: (next: Run) => Promise<void>,
  ): Promise<Run> {
    return this.#enqueue(async () => {
      this.#refuseIfStopped(requestedAt);
      this.#refuseIfClaimed(spec);
      const before = { spec: this.spec, environment: this.directory.environment() };
      if (environment) this.#life.define(spec, environment);
      if (!this.run) {
        const run = await this.#life.startAnew(request);
        await ready(run);
        return run;
      }
      try {
        return await this.#life.handOver(this.run, ready, request);
      } catch (error) {
        if (environment && !this.removed) this.#life.define(before.spec, before.environment);
        throw error;
      }
    });
  }

  /**
   * Makes it a job at rest.
   *
   * @param definition What it is from now on; a run of the same job that lasts goes on.
   */
  awaitSchedule(
    definition?: { readonly spec: Spec; readonly environment: EnvironmentDifference },
  ): Promise<void> {
    return this.#enqueue(async () => {
      if (this.run && this.spec.schedule === null) await this.#life.endForRestart();
      if (definition) this.#life.define(definition.spec, definition.environment);
      if (!this.run) this.#life.inactive.awaitSchedule();
    });
  }

  /** Changes settings of it that concern its siblings, not its run. */
  amend(changes: Pick<Spec, "app" | "instances">): Promise<void> {
    // One that has been stopped and removed since is no sibling any more.
    return this.#enqueue(() => this.#life.amend(changes), () => {});
  }

  /**
   * Notes why it will not be started, though it was to be: it is `errored`. A job at rest stays one:
   * it is tried again when its schedule comes next.
   */
  giveUp(reason: string): Promise<void> {
    return this.#enqueue(() => {
      const { status } = this.meta;
      if (this.run || isMeantToStop(status) || this.#host.leaving) return;
      if (status === "scheduled") return;
      this.#life.inactive.giveUp(reason);
    }, () => {});
  }

  /**
   * Restarts it because `run` is not as it should be.
   *
   * @param trigger What has found that.
   * @param reason Says it in words.
   */
  restartFor(run: Run, trigger: RunTriggerKind, reason: string): Promise<void> {
    return this.#enqueue(async () => {
      if (this.run !== run || !mayRestart(trigger, this.meta)) return;
      this.#host.record(TRIGGER_EVENTS[trigger], this.meta.name, { pid: run.pid, reason });
      await this.#life.restart(reason);
    });
  }

  /**
   * Ends it and all that belongs to it.
   *
   * @param keep Keep it listed as `stopped`; without it its directory is removed.
   * @param how.kill By SIGKILL at once, also where an end is under way that waits for it.
   * @param how.request The id of the request that asks for it.
   * @throws {Deno.errors.TimedOut} if something does not end even by SIGKILL. It is
   * `stopping` until then; the rest is done when its program ends, or is asked again.
   */
  stop(
    keep: boolean,
    { kill = false, request }: {
      readonly kill?: boolean;
      readonly request?: string | undefined;
    } = {},
  ): Promise<void> {
    this.#stopRequestedAt = performance.now();
    this.#waiting?.reject(this.#stoppedMeanwhile());
    this.#life.abortStart();
    if (kill) this.#life.hurryEnd();
    const wasLaunching = this.meta.status === "launching";
    return this.#enqueue(async () => {
      const { status, stopped_by, intent } = this.meta;
      // A start that was cut short has left it `stopped`, a restart `stopping`.
      const wasCutShort = wasLaunching && stopped_by !== "request" || intent === "restart";
      const wasWanted = isMeantToRun(status) || wasCutShort;
      if (kill) this.#life.hurryEnd();
      await this.#life.endForGood(keep ? "stop" : "delete", wasWanted, request);
      if (keep) this.#life.state.checkWritten();
    }, () => {
      // Another stop was faster: what was asked for is done.
    });
  }

  /**
   * Removes it where its start has failed, unless it was started or defined anew since, or
   * stopped by somebody.
   *
   * @param spec What could not be started.
   * @param requestedAt When its start was asked for.
   * @returns whether it has been removed.
   */
  removeUnlessStarted(spec: Spec, requestedAt: number): Promise<boolean> {
    return this.#enqueue(async () => {
      if (this.run || this.spec !== spec || this.#stopRequestedAt > requestedAt) return false;
      try {
        await this.#life.endForGood("delete", false);
      } catch (error) {
        // Where nothing was launched, there is nothing to be seen ended.
        if (this.meta.pid !== null) throw error;
        this.#life.remove();
      }
      return true;
    }, () => false);
  }

  /**
   * Sets its counters to zero; a back-off begins anew.
   *
   * @throws whatever the file system says.
   */
  reset(): Promise<void> {
    return this.#enqueue(() => this.#life.reset());
  }

  /**
   * Takes over a run that an earlier supervisor launched.
   *
   * @param run The living process.
   */
  adopt(run: Run): Promise<void> {
    return this.#enqueue(async () => {
      this.#recordLaunch(run);
      this.#life.adopt(run);
      this.#host.record("adopt", this.meta.name, { pid: run.pid });
      const interrupted = interruptedIntent(this.meta);
      if (interrupted) return await this.#finish(interrupted);
      this.#life.state.note({
        status: statusOfRun(this.meta.readiness),
        intent: undefined,
        request: undefined,
      });
      await this.#life.sweep(this.meta);
    });
  }

  /** Decides what becomes of a process that no longer ran when its supervisor came up. */
  resume(): Promise<void> {
    // Somebody may be faster: it has been started then.
    return this.#enqueue(() => this.run ? undefined : this.#resume());
  }

  /** Notes that a reboot of the machine ended it. */
  endedByReboot(): Promise<void> {
    return this.#enqueue(() => {
      const { intent, status } = this.meta;
      if (intent === "delete") return this.#life.remove();
      if (hasEnded(status)) return this.#life.inactive.markEnded(status);
      this.#life.inactive.markEnded("stopped", { reason: "reboot", stopped_by: "reboot" });
    });
  }

  /** Stops looking after it: it runs on, and its exit is the next supervisor's affair. */
  detach(): void {
    this.#detached = true;
    this.#triggers.close();
    this.#life.readiness.close({ runsOn: true });
  }

  /** Runs `action` when nothing else happens to the process, and lets nothing else happen. */
  exclusively<T>(action: () => T | Promise<T>): Promise<T> {
    return this.#enqueue(action);
  }

  /** Goes on with what could not be done before: notes on a full disk, an end that was begun. */
  catchUp(): void {
    if (this.removed) return;
    this.#life.state.flush();
    this.#life.directory.flush();
    if (!this.#life.isUnfinished) return;
    this.#enqueueUnawaited(async () => {
      const interrupted = interruptedIntent(this.meta);
      if (this.#life.isUnfinished && interrupted) await this.#finish(interrupted);
    });
  }

  /** Writes its `meta.json` anew, where somebody has damaged it. */
  rewrite(): void {
    if (!this.removed) this.#life.state.note({});
  }

  /**
   * Writes its `spec.json` anew, where somebody has damaged it.
   *
   * @throws whatever the file system says.
   */
  rewriteSpec(): void {
    if (!this.removed && !this.hasMadeUpSpec) this.directory.define(this.spec);
  }

  /** Follows its policy where its end went unseen; where it lives, only its file was wrong. */
  revive(): void {
    this.#enqueueUnawaited(() => {
      const { pid } = this.meta;
      if (this.run || !mustLive(this.meta)) return this.#life.state.note({});
      return this.#life.afterExit({ pid, ...FOUND_DEAD });
    });
  }

  /**
   * Says that a run has ended because it could not have its port, if that is so.
   *
   * @param errSize Size of its `current.err` before the launch, in bytes.
   */
  portReason(exit: Exit, errSize: number): Promise<string | undefined> {
    return portReason(this, exit, this.#host.processes, errSize);
  }

  /** Forgets it where somebody has removed its directory: that removes the process. */
  async forgetIfGone(): Promise<void> {
    // It may be long before it is our turn: a hook may run.
    if (!this.directory.isGone()) return;
    await this.#enqueue(() => {
      if (this.directory.isGone()) this.#life.forgetGone();
    }, () => {});
  }

  /**
   * Runs `action` when all that was asked before is done.
   *
   * @param whenRemoved Is run instead where it has been removed meanwhile.
   */
  #enqueue<T>(action: () => T | Promise<T>, whenRemoved?: () => T): Promise<T> {
    return this.#queue.run(() => {
      if (this.#detached) {
        throw new Deno.errors.NotConnected(SHUTTING_DOWN);
      }
      if (!this.removed) return action();
      if (whenRemoved) return whenRemoved();
      throw new Deno.errors.NotFound("it has just been stopped and removed; start it anew");
    });
  }

  /** Runs `action` in its turn where nobody waits for it: a failure is logged. */
  #enqueueUnawaited(action: () => void | Promise<void>): void {
    this.#enqueue(action, () => {}).catch((error) => {
      if (!this.#detached) this.#host.log(`${this.meta.name}: ${messageOf(error)}`);
    });
  }

  #refuseIfRunning(): void {
    if (!this.run) return;
    throw new Deno.errors.AlreadyExists(
      `it is already running (pid ${this.run.pid}); 'tsm restart ${this.meta.name}' ` +
        "or --force restarts it",
    );
  }

  /** In the turn of the start itself, so that no stop comes between. */
  #refuseIfStopped(requestedAt: number): void {
    // One that runs was started behind the stop.
    if (this.#stopRequestedAt > requestedAt && !mustLive(this.meta)) throw this.#stoppedMeanwhile();
    if (this.#host.leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
  }

  #stoppedMeanwhile(): Error {
    return new Deno.errors.Interrupted(
      `it was stopped meanwhile; 'tsm start ${this.meta.name}' starts it`,
    );
  }

  /** Waits between the end and the launch of a restart; the stop that ends it comes next in turn. */
  async #waitUnlessStopped(awaited: Promise<unknown>, requestedAt: number): Promise<void> {
    this.#refuseIfStopped(requestedAt);
    this.#waiting = Promise.withResolvers();
    try {
      await Promise.race([awaited, this.#waiting.promise]);
    } finally {
      this.#waiting = undefined;
    }
  }

  /** One that has ended has no claim to its port any more; all others have theirs. */
  #refuseIfClaimed(spec = this.spec): void {
    if (!this.run && hasEnded(this.meta.status)) this.#host.refuseClaimedPort(this, spec);
  }

  /** Records a launch that the supervisor was asked for and did not live to record. */
  #recordLaunch({ pid }: Run): void {
    const { name, status, request } = this.meta;
    if (status !== "launching" || request === undefined) return;
    if (this.#host.hasRecordedStart(name, pid)) return;
    this.#host.recordAll([
      { event: "start", detail: { pid, request } },
      { event: "online", detail: { pid } },
    ], name);
  }

  #resume(): Promise<void> {
    return resume(this.#life, this.#triggers, (text) => this.#host.log(text));
  }

  /** Finishes what an earlier supervisor, or a stop that took too long, has begun. */
  #finish(intent: EndingIntent): Promise<void> {
    return finishInterrupted(this.#life, intent, (text) => this.#host.log(text));
  }

  async #onExit(run: Run, exit: Exit): Promise<void> {
    // Somebody who ended it on purpose has seen to it already.
    if (this.run !== run) return;
    // It outlived SIGKILL: what was to come after its end comes now. A trial instance, whose intent
    // is `delete` from the beginning, may end by itself too: the reload that tries it reads its
    // last words.
    const isOverdue = this.meta.status === "stopping";
    const interrupted = interruptedIntent(this.meta);
    if (isOverdue && interrupted) return await this.#finish(interrupted);
    const uptime = run.uptime();
    const why = await this.portReason(exit, 0);
    const reason = why === undefined ? {} : { reason: `${describeExit(exit)}: ${why}` };
    // One whose program chooses its port itself is not helped by any number of restarts.
    const isFinal = why !== undefined && choosesItsPort(this);
    await this.#life.afterExit({ pid: run.pid, exit, uptime, ...reason, isFinal });
  }

  async #retryNow(): Promise<void> {
    if (this.meta.status === "waiting") await this.#life.relaunch();
    else if (this.meta.status === "scheduled") await this.#runAsScheduled();
  }

  /** Runs a job whose time has come; one that somebody has stopped stays so. */
  async #runAsScheduled(): Promise<void> {
    const { status, name, pid } = this.meta;
    if (this.#host.leaving) return;
    if (status === "scheduled") await this.#life.startAnew();
    else if (isUp(status)) {
      const { overlap } = this.spec;
      switch (overlap) {
        case "skip":
          return this.#host.record("skip", name, { pid, reason: "its last run is not over" });
        case "queue":
          return this.#life.inactive.queueRun();
        default:
          return unhandled(overlap);
      }
    }
  }

  /** Restarts it; what ended by itself is started again, what somebody stopped is not. */
  async #restartAsDue(trigger: TriggerKind, reason: string): Promise<void> {
    if (this.#host.leaving || !mayRestart(trigger, this.meta)) return;
    this.#refuseIfClaimed();
    await this.#life.restart(reason);
  }
}
