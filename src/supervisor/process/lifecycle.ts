import type { HealthState } from "../../api/schemas/health.ts";
import type { DetailedEvent } from "../../db/record_events.ts";
import type { Meta } from "../../meta/metadata.ts";
import { envFileInMeta, type Spec } from "../../meta/spec.ts";
import { startLine } from "../../meta/start_line.ts";
import type { EnvironmentDifference } from "../../program/environment.ts";
import type { Exit } from "../launch/launch.ts";
import {
  describeExit,
  eventOfExit,
  exitFields,
  isKnown,
  lastRun,
  type Run,
} from "../launch/run.ts";
import { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import { earlyCrashes } from "./early_crashes.ts";
import type { EndedRun } from "./ended_run.ts";
import { HandOver } from "./hand_over.ts";
import { InactiveState } from "./inactive_state.ts";
import type { LifecycleHost, LifecycleObserver } from "./lifecycle_host.ts";
import { ProcessDirectory } from "./process_directory.ts";
import { ProcessStarter } from "./process_starter.ts";
import { NO_EXIT, RecordedState, STOPPED_ON_REQUEST } from "./recorded_state.ts";
import { isAtOnce } from "./restart_policy.ts";
import { RunEnder } from "./run_ender.ts";
import { RunLauncher } from "./run_launcher.ts";

/**
 * The steps in the life of one process: it is launched, ends, is launched again or comes to
 * rest, and is removed. Each step leaves behind in `meta.json` and in the history what it
 * did, and what is to come next. Only one step is taken at a time; the caller sees to that.
 */
export class Lifecycle {
  readonly #host: LifecycleHost;
  readonly #observer: LifecycleObserver;
  readonly #triggers: RestartTriggers;
  readonly #launcher: RunLauncher;
  readonly #ender: RunEnder;
  readonly #starter: ProcessStarter;
  /** Its directory. */
  readonly directory: ProcessDirectory;
  /** Whether its runs are ready, and what they say of themselves. */
  readonly readiness: ReadinessMonitor;
  /** What is known of it, here and in its `meta.json`. */
  readonly state: RecordedState;
  /** Its states while no run of it lives, and the way into them. */
  readonly inactive: InactiveState;
  #spec: Spec;
  #run: Run | undefined;
  #removed = false;
  /** While the next run is launched beside the present one, to take over from it. */
  #handOver: HandOver | undefined;

  constructor(
    host: LifecycleHost,
    { meta, spec }: { readonly meta: Meta; readonly spec: Spec },
    triggers: RestartTriggers,
    observer: LifecycleObserver,
  ) {
    this.#host = host;
    this.#observer = observer;
    this.#triggers = triggers;
    this.directory = new ProcessDirectory(host.root, meta.name);
    this.state = new RecordedState(host.root, (text) => host.log(text), meta);
    const { state, directory } = this;
    // Not `meta.name` in what outlives this: all of what it was at first would be kept.
    const { name } = meta;
    const readiness = this.readiness = new ReadinessMonitor({
      root: host.root,
      logs: directory.logs,
      process: this,
      note: (changes) => state.note(changes),
      ready: ({ pid }) => host.record("ready", name, { pid }),
      silent: (run, reason) => observer.silent(run, reason),
      log: (text) => host.log(`${name}: ${text}`),
    });
    const launching = (event: "start" | "restart") => observer.launching(event);
    this.#launcher = new RunLauncher({ host, state, directory, triggers, readiness, launching });
    this.#ender = new RunEnder({ host, state, directory, triggers, readiness });
    const inactive = this.inactive = new InactiveState({ host, state, directory, triggers }, spec);
    this.#starter = new ProcessStarter({
      host,
      state,
      inactive,
      launcher: this.#launcher,
      process: this,
      launched: (run) => this.watch(run),
    });
    this.#spec = spec;
  }

  get meta(): Meta {
    return this.state.meta;
  }

  get spec(): Spec {
    return this.#spec;
  }

  /** How its present run is doing, where it has a health check. */
  get health(): HealthState | undefined {
    return this.#triggers.health;
  }

  /** The present run, if it runs. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** The run that the present one is to take over from, while both are there. */
  get takenOver(): Run | undefined {
    return this.#handOver?.present;
  }

  /** Whether it is gone: nothing becomes of it any more. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Gives it a new spec and environment. */
  define(spec: Spec, environment: EnvironmentDifference): void {
    this.directory.define(spec, environment);
    this.#spec = spec;
    const { command, cwd, interpreter, port } = spec;
    this.state.set({ command, cwd, interpreter, port, env_file: envFileInMeta(spec) });
    if (spec.schedule === null) this.state.set({ last_run: undefined });
    this.#triggers.arm(spec);
  }

  /** Changes settings of it that concern its siblings, not its runs. */
  amend(changes: Pick<Spec, "app" | "instances">): void {
    const spec = { ...this.#spec, ...changes };
    this.directory.define(spec);
    this.#spec = spec;
  }

  /** Sets its counters to zero; a back-off begins anew. */
  reset(): void {
    this.state.write({ restarts: 0, unstable_restarts: 0, early_crashes: undefined });
    this.inactive.resetBackoff();
  }

  /** As {@linkcode ProcessStarter.startAnew} does. */
  startAnew(request?: string): Promise<Run> {
    return this.#starter.startAnew(request);
  }

  /** As {@linkcode ProcessStarter.launchAgain} does. */
  launchAgain(): Promise<Run> {
    return this.#starter.launchAgain();
  }

  /** As {@linkcode ProcessStarter.relaunch} does. */
  relaunch(event?: "start" | "restart"): Promise<void> {
    return this.#starter.relaunch(event);
  }

  /** Ends the hook of a start that is under way, or the start of the run that is to take over. */
  abortStart(): void {
    this.#launcher.abort();
    this.#handOver?.abort();
  }

  /**
   * Launches the next run beside the present one, which is ended when the next one is ready.
   *
   * @param present The present run.
   * @param ready Waits until the next run is ready.
   * @param request The id of the request that asks for it.
   * @throws why there is no next run, or why it does not become ready; the present one goes on.
   */
  async handOver(
    present: Run,
    ready: (next: Run) => Promise<void>,
    request?: string,
  ): Promise<Run> {
    const before = this.meta;
    await this.#launcher.check(this.#spec);
    const { state, directory } = this;
    this.#handOver = new HandOver({
      host: this.#host,
      state,
      directory,
      ender: this.#ender,
      goesOn: (run) => this.watch(run),
    }, present);
    const launch = () => {
      this.#countRestart();
      state.set({ request });
      return this.#starter.launch("restart");
    };
    let next: Run;
    try {
      next = await this.#handOver.nextRun({ before, spec: this.#spec }, launch, ready);
    } finally {
      this.#handOver = undefined;
    }
    await this.#ender.endOne(this.#spec, present);
    await this.#ender.afterStop(this.#spec);
    await this.sweep(before);
    return next;
  }

  /** Takes `run`, which lives, for its present one. */
  watch(run: Run): void {
    this.#run = run;
    this.#triggers.follow(run, this.#spec);
    this.readiness.follow(run);
    run.exited.then((exit) => this.#observer.exited(run, exit));
  }

  /** Takes over a run that an earlier supervisor launched. */
  adopt(run: Run): void {
    const { intent, readiness } = this.meta;
    // That one was killed before it could note that the run is waited for.
    const isUnnoted = intent === "start" && readiness === undefined;
    if (isUnnoted && this.#spec.wait_ready !== null) this.state.set({ readiness: "pending" });
    this.watch(run);
  }

  /** Does what its policy says about a run that has ended by itself. */
  async afterExit(ended: EndedRun): Promise<void> {
    const { pid, exit, uptime } = ended;
    this.#run = undefined;
    const reason = ended.reason ?? describeExit(exit);
    const end: DetailedEvent = {
      event: eventOfExit(exit),
      detail: {
        pid,
        ...exitFields(exit),
        ...Number.isFinite(uptime) ? { uptime: seconds(uptime) } : {},
        reason,
      },
    };
    // Recorded with its launch, the service is back sooner; meanwhile its meta.json tells of it.
    const isToldByMeta = this.#spec.hooks === null && isKnown(exit) && !ended.isFinal &&
      isAtOnce(this.inactive.decide(this.#spec, ended));
    if (isToldByMeta) return await this.afterRecordedExit({ ...ended, reason }, [end]);
    this.#host.recordAll([end], this.meta.name);
    // The hook may outlast this supervisor: without an intent, it tells the next one that the
    // exit is recorded.
    if (this.#spec.hooks?.post_stop !== undefined) {
      this.state.note({ ...NO_EXIT, ...exitFields(exit), reason, status: "stopping" });
    }
    await this.afterRecordedExit({ ...ended, reason });
  }

  /**
   * The same from its `post_stop` hook on, where the history has its exit already.
   *
   * @param unrecorded What it has not, and is to have with the next launch.
   */
  async afterRecordedExit(
    ended: EndedRun & { readonly reason: string },
    unrecorded: readonly DetailedEvent[] = [],
  ): Promise<void> {
    const { exit, reason, uptime } = ended;
    const before = this.meta;
    await this.#ender.afterStop(this.#spec);
    this.state.set({
      ...lastRun(this.#spec, exit, uptime),
      ...earlyCrashes(this.#spec, before, ended),
    });
    const decision = this.inactive.decide(this.#spec, ended);
    if (this.directory.isGone()) {
      if (unrecorded.length > 0) this.#host.recordAll(unrecorded, before.name);
      this.forgetGone();
    } else if (ended.isFinal) this.inactive.giveUp(reason, { ...NO_EXIT, ...exitFields(exit) });
    else {
      const change = { ...NO_EXIT, ...exitFields(exit), reason };
      await this.#starter.follow(decision, change, unrecorded);
    }
    // A crash is answered at once: what the dead run left behind is ended after that.
    await this.sweep(before);
  }

  /**
   * Ends whatever there may be of a launch that a killed supervisor could not note, and of
   * runs before it.
   */
  clear(): Promise<void> {
    return this.#ender.clear(this.#spec);
  }

  /** Has the end that is under way, or else the next one, send SIGKILL at once. */
  hurryEnd(): void {
    this.#ender.hurry();
  }

  /** Whether an end was begun and could not be carried through: somebody has to go on with it. */
  get isUnfinished(): boolean {
    return this.#ender.isUnfinished;
  }

  /**
   * Begins to end what runs before the present one left behind.
   *
   * @param before What was known of it then.
   * @returns when it is known what that is: what is launched now is not part of it.
   */
  sweep(before: Meta): Promise<void> {
    return this.#ender.sweep(before, this.#spec, this.#run);
  }

  /** Restarts it, whether it runs or not, without anybody waiting for it. */
  async restart(reason: string): Promise<void> {
    this.#triggers.cancelRetry();
    if (this.#run) await this.endForRestart({ reason });
    else this.#countRestart(reason);
    await this.relaunch();
  }

  /**
   * Ends the run, to be launched again.
   *
   * @param why.reason Says it in words.
   * @param why.request The id of the request that asks for it.
   * @throws what would keep it from being launched, or noted, before anything is ended.
   */
  async endForRestart({ reason, request }: {
    readonly reason?: string;
    readonly request?: string | undefined;
  } = {}): Promise<void> {
    const before = this.meta;
    if (this.#run) await this.#launcher.check(this.#spec);
    this.state.write({ status: "stopping", intent: "restart", request });
    await this.#end(before);
    // Written with the launch: a supervisor that dies before it counts but once.
    this.#countRestart(reason);
  }

  /**
   * Ends the run, or what is left of the last one, for good.
   *
   * @param wasWanted It was to run, even if it did not: that is over now.
   * @param request The id of the request that asks for it.
   */
  async endForGood(
    intent: "stop" | "delete",
    wasWanted: boolean,
    request?: string,
  ): Promise<void> {
    const run = this.#run;
    const before = this.meta;
    this.state.note({ status: "stopping", intent, request });
    const exit = await this.#end(before);
    this.#triggers.cancelRetry();
    const ended = run ? exitFields(exit) : {};
    if (run) this.state.set(lastRun(this.#spec, exit, run.uptime()));
    if (run || wasWanted) {
      const uptime = run ? { uptime: seconds(run.uptime()) } : {};
      const { reason } = STOPPED_ON_REQUEST;
      const asked = request === undefined ? {} : { request };
      const start_again = startLine(before.name, this.#spec);
      const job = this.#spec.schedule === null ? {} : { job: true } as const;
      const detail = {
        pid: before.pid,
        ...ended,
        ...uptime,
        reason,
        start_again,
        ...job,
        ...asked,
      };
      this.#host.record("stop", this.meta.name, detail);
    }
    if (intent === "stop") {
      return this.inactive.markEnded("stopped", { ...ended, ...STOPPED_ON_REQUEST });
    }
    this.remove();
  }

  /** Removes its directory. */
  remove(): void {
    this.directory.remove();
    this.#forget();
  }

  /** Forgets it: its directory is gone. */
  forgetGone(): void {
    this.directory.forgetPid();
    this.directory.forgetInput();
    this.#forget();
  }

  /** Counts a restart that is no answer to a crash. */
  #countRestart(reason?: string): void {
    const restarts = this.meta.restarts + 1;
    const counters = { restarts, unstable_restarts: 0, early_crashes: undefined };
    this.state.set({ ...NO_EXIT, ...counters, reason });
  }

  /** Ends the run, or what is left of the last one; where that is refused, nothing has changed. */
  async #end(before: Meta): Promise<Exit> {
    const exit = await this.#ender.end(before, this.#spec, this.#run);
    this.#run = undefined;
    return exit;
  }

  #forget(): void {
    this.#triggers.close();
    this.readiness.close();
    this.#run = undefined;
    this.#removed = true;
    this.#observer.removed();
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
