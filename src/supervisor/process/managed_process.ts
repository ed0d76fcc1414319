import type { HealthState } from "../../api/schemas/health.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { hasEnded, isMeantToRun, isMeantToStop } from "../../meta/status.ts";
import type { EnvironmentDifference } from "../../program/environment.ts";
import type { Exit } from "../launch/launch.ts";
import { describeExit, type Run } from "../launch/run.ts";
import { portReason } from "../ports/port_reason.ts";
import { choosesItsPort } from "../ports/sibling_port.ts";
import type { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import { RestartTriggers } from "../triggers/restart_triggers.ts";
import type { RunTriggerKind } from "../triggers/trigger_kind.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { LifecycleHost } from "./lifecycle_host.ts";
import type { ProcessDirectory } from "./process_directory.ts";
import { ProcessRepair } from "./process_repair.ts";
import { ProcessTurns } from "./process_turns.ts";
import {
  adopt,
  endByReboot,
  finishInterrupted,
  interruptedIntent,
  type LaunchHistory,
  resume,
} from "./resume.ts";
import { StopRequests } from "./stop_requests.ts";
import { TriggeredRestarts } from "./triggered_restarts.ts";

/** What a managed process needs of its supervisor. */
export interface ProcessHost extends LifecycleHost, LaunchHistory {
  /**
   * Told before it is launched. What a crashed run left behind may still write to its
   * logs: they can be renamed now, for that loses nothing, but not truncated.
   */
  launching(about: ManagedProcess, event: "start" | "restart"): Promise<void>;
  /** Told when the process's directory is gone. */
  removed(gone: ManagedProcess): void;
  /** Whether it stops all and leaves: nothing is started any more. */
  readonly leaving: boolean;
  /** All processes of the supervisor. */
  readonly processes: readonly ManagedProcess[];
  /** @throws {Deno.errors.AddrInUse} if another process has claimed the port of `spec`. */
  refuseClaimedPort(about: ManagedProcess, spec: Spec): void;
}

/**
 * One process that tsm manages, from its first start to its removal. What it is
 * asked to do is done one after another; its `meta.json` always says what it is
 * about to do next, so that another supervisor can finish it.
 */
export class ManagedProcess {
  readonly #host: ProcessHost;
  readonly #turns: ProcessTurns;
  readonly #stops: StopRequests;
  readonly #triggered: TriggeredRestarts;
  readonly #triggers: RestartTriggers;
  readonly #life: Lifecycle;
  /** What patrol has done about it. */
  readonly repair: ProcessRepair;
  /** The spec that was put together where `spec.json` could not be read. */
  readonly #madeUpSpec: Spec | undefined;

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
    this.#turns = new ProcessTurns(this, (text) => host.log(text));
    this.#stops = new StopRequests(host, this);
    this.#triggered = new TriggeredRestarts({
      host,
      turns: this.#turns,
      life: () => this.#life,
      refuseIfClaimed: () => this.#refuseIfClaimed(),
    });
    this.#triggers = new RestartTriggers(host, this, this.#triggered);
    this.#life = new Lifecycle(host, { meta, spec }, this.#triggers, {
      launching: (event) => host.launching(this, event),
      // As with its health: where the disk is full, its watchdog tries again.
      silent: (run, reason) => this.restartFor(run, "watchdog", reason).catch(() => {}),
      exited: (run, exit) => this.#turns.runUnawaited(() => this.#onExit(run, exit)),
      removed: () => host.removed(this),
    });
    this.repair = new ProcessRepair(this.#life, this.#turns, this);
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
    return this.#turns.run(() => {
      this.#refuseIfRunning();
      this.#stops.refuseStart(requestedAt);
      this.#refuseIfClaimed();
      return this.#life.startAnew(request);
    });
  }

  /** Its present run; where an earlier supervisor could not finish its launch, that is done. */
  started(): Promise<Run> {
    return this.#turns.run(() => this.run ?? this.#life.startAnew());
  }

  /** Gives a process that does not run a new spec and environment, and starts it. */
  startAs(
    spec: Spec,
    environment: EnvironmentDifference,
    requestedAt = performance.now(),
    request?: string,
  ): Promise<Run> {
    return this.#turns.run(() => {
      this.#refuseIfRunning();
      this.#stops.refuseStart(requestedAt);
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
    return this.#turns.run(async () => {
      this.#stops.refuseStart(requestedAt);
      this.#refuseIfClaimed(spec);
      if (environment) this.#life.define(spec ?? this.spec, environment);
      const isUp = this.run !== undefined;
      if (isUp) await this.#life.endForRestart({ request });
      if (beforeLaunch) await this.#stops.waitUnlessStopped(beforeLaunch(), requestedAt);
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
    return this.#turns.run(async () => {
      this.#stops.refuseStart(requestedAt);
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
    return this.#turns.run(async () => {
      if (this.run && this.spec.schedule === null) await this.#life.endForRestart();
      if (definition) this.#life.define(definition.spec, definition.environment);
      if (!this.run) this.#life.inactive.awaitSchedule();
    });
  }

  /** Changes settings of it that concern its siblings, not its run. */
  amend(changes: Pick<Spec, "app" | "instances">): Promise<void> {
    // One that has been stopped and removed since is no sibling any more.
    return this.#turns.run(() => this.#life.amend(changes), () => {});
  }

  /**
   * Notes why it will not be started, though it was to be: it is `errored`. A job at rest stays one:
   * it is tried again when its schedule comes next.
   */
  giveUp(reason: string): Promise<void> {
    return this.#turns.run(() => {
      const { status } = this.meta;
      if (this.run || isMeantToStop(status) || this.#host.leaving) return;
      if (status === "scheduled") return;
      this.#life.inactive.giveUp(reason);
    }, () => {});
  }

  /** As {@linkcode TriggeredRestarts.restartFor} does. */
  restartFor(run: Run, trigger: RunTriggerKind, reason: string): Promise<void> {
    return this.#triggered.restartFor(run, trigger, reason);
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
    this.#stops.note();
    this.#life.abortStart();
    if (kill) this.#life.hurryEnd();
    const wasLaunching = this.meta.status === "launching";
    return this.#turns.run(async () => {
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
    return this.#turns.run(async () => {
      if (this.run || this.spec !== spec || this.#stops.isRequestedSince(requestedAt)) return false;
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
    return this.#turns.run(() => this.#life.reset());
  }

  /**
   * Takes over a run that an earlier supervisor launched.
   *
   * @param run The living process.
   */
  adopt(run: Run): Promise<void> {
    return this.#turns.run(() => adopt(this.#life, run, this.#host));
  }

  /** Decides what becomes of a process that no longer ran when its supervisor came up. */
  resume(): Promise<void> {
    // Somebody may be faster: it has been started then.
    return this.#turns.run(() =>
      this.run ? undefined : resume(this.#life, this.#triggers, this.#host)
    );
  }

  /** Notes that a reboot of the machine ended it. */
  endedByReboot(): Promise<void> {
    return this.#turns.run(() => endByReboot(this.#life));
  }

  /** Stops looking after it: it runs on, and its exit is the next supervisor's affair. */
  detach(): void {
    this.#turns.close();
    this.#triggers.close();
    this.#life.readiness.close({ runsOn: true });
  }

  /** Runs `action` when nothing else happens to the process, and lets nothing else happen. */
  exclusively<T>(action: () => T | Promise<T>): Promise<T> {
    return this.#turns.run(action);
  }

  /** Goes on with what could not be done before: notes on a full disk, an end that was begun. */
  catchUp(): void {
    if (this.removed) return;
    this.#life.state.flush();
    this.#life.directory.flush();
    if (!this.#life.isUnfinished) return;
    this.#turns.runUnawaited(async () => {
      const interrupted = interruptedIntent(this.meta);
      if (this.#life.isUnfinished && interrupted) {
        await finishInterrupted(this.#life, interrupted, this.#host);
      }
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

  #refuseIfRunning(): void {
    if (!this.run) return;
    throw new Deno.errors.AlreadyExists(
      `it is already running (pid ${this.run.pid}); 'tsm restart ${this.meta.name}' ` +
        "or --force restarts it",
    );
  }

  /** One that has ended has no claim to its port any more; all others have theirs. */
  #refuseIfClaimed(spec = this.spec): void {
    if (!this.run && hasEnded(this.meta.status)) this.#host.refuseClaimedPort(this, spec);
  }

  async #onExit(run: Run, exit: Exit): Promise<void> {
    // Somebody who ended it on purpose has seen to it already.
    if (this.run !== run) return;
    // It outlived SIGKILL: what was to come after its end comes now. A trial instance, whose intent
    // is `delete` from the beginning, may end by itself too: the reload that tries it reads its
    // last words.
    const isOverdue = this.meta.status === "stopping";
    const interrupted = interruptedIntent(this.meta);
    if (isOverdue && interrupted) {
      return await finishInterrupted(this.#life, interrupted, this.#host);
    }
    const uptime = run.uptime();
    const why = await this.portReason(exit, 0);
    const reason = why === undefined ? {} : { reason: `${describeExit(exit)}: ${why}` };
    // One whose program chooses its port itself is not helped by any number of restarts.
    const isFinal = why !== undefined && choosesItsPort(this);
    await this.#life.afterExit({ pid: run.pid, exit, uptime, ...reason, isFinal });
  }
}
