import type { HealthState } from "../../api/messages/health.ts";
import type { DetailedEvent, EventDetail, EventName } from "../../db/record_events.ts";
import { messageOf, unhandled, withContext } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { EndedStatus } from "../../meta/status.ts";
import { envFileInMeta, type Spec } from "../../meta/spec.ts";
import { startLine } from "../../meta/start_line.ts";
import type { EnvironmentDifference } from "../../program/environment.ts";
import type { Exit } from "../launch/launch.ts";
import type { RuntimeRoot } from "../../root.ts";
import { HookError } from "../launch/hooks.ts";
import { ProcessDirectory } from "./process_directory.ts";
import { type MetaChange, NO_EXIT, NOT_RUNNING, RecordedState } from "./recorded_state.ts";
import { backoffAfter, decide, type Decision, MAX_BACKOFF } from "./restart_policy.ts";
import { ReadinessMonitor } from "../readiness/readiness_monitor.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import { describeExit, exitFields, lastRun, type Run, UNSEEN_EXIT } from "../launch/run.ts";
import { RunEnder } from "./run_ender.ts";
import { RunLauncher } from "./run_launcher.ts";
import type { TreeTerminatorHost } from "./tree_terminator.ts";

/** What the life of a process needs of its supervisor. */
export interface LifecycleHost extends TreeTerminatorHost {
  readonly root: RuntimeRoot;
  record(event: EventName, name: string, detail: EventDetail): void;
  /** Records what happened at one moment. */
  recordAll(events: readonly DetailedEvent[], name: string): void;
}

/** Who is told of the turns in the life of a process. */
export interface LifecycleObserver {
  /** It is about to be launched. */
  launching(event: "start" | "restart"): Promise<void>;
  /** Its program has ended, whoever ended it. */
  exited(run: Run, exit: Exit): void;
  /** Its program does not give the sign of life that it owes. */
  silent(run: Run, reason: string): void;
  /** Its directory is gone. */
  removed(): void;
}

/** A run that has ended by itself. */
export interface EndedRun {
  readonly pid: number | null;
  readonly exit: Exit;
  /** In milliseconds; infinite where nobody knows. */
  readonly uptime: number;
  /** Why it ended; by default what its exit says. */
  readonly reason?: string;
  /** Whether no restart would help: it is given up. */
  readonly isFinal?: boolean;
}

/** What is noted of a process that somebody has stopped: nothing but a request starts it. */
export const STOPPED_ON_REQUEST = {
  reason: "stopped on request",
  stopped_by: "request",
} as const satisfies MetaChange;

/** What keeps a process from being started, and will not pass by itself. */
const LASTING = [Deno.errors.NotFound, Deno.errors.InvalidData, Deno.errors.PermissionDenied];

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
  /** Its directory. */
  readonly directory: ProcessDirectory;
  /** Whether its runs are ready, and what they say of themselves. */
  readonly readiness: ReadinessMonitor;
  /** What is known of it, here and in its `meta.json`. */
  readonly state: RecordedState;
  #spec: Spec;
  #run: Run | undefined;
  #lastBackoff = 0;
  #removed = false;
  /** The run that another one takes over from; `stopped` is rejected where both are to end. */
  #handOver:
    | { readonly present: Run; readonly stopped: PromiseWithResolvers<never> }
    | undefined;
  /** Whether its schedule came while it ran, and it is to run again for that. */
  #isRunQueued = false;

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
    const readiness = this.readiness = new ReadinessMonitor({
      root: host.root,
      logs: directory.logs,
      process: this,
      note: (changes) => state.note(changes),
      ready: ({ pid }) => host.record("ready", meta.name, { pid }),
      silent: (run, reason) => observer.silent(run, reason),
      log: (text) => host.log(`${meta.name}: ${text}`),
    });
    const launching = (event: "start" | "restart") => observer.launching(event);
    this.#launcher = new RunLauncher({ host, state, directory, triggers, readiness, launching });
    this.#ender = new RunEnder({ host, state, directory, triggers, readiness });
    this.#spec = spec;
    this.#lastBackoff = backoffAfter(spec, meta.unstable_restarts);
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
    this.state.write({ restarts: 0, unstable_restarts: 0 });
    this.#lastBackoff = 0;
  }

  /**
   * Launches it as if it had never run.
   *
   * @param request The id of the request that asks for it.
   */
  startAnew(request?: string): Promise<Run> {
    this.#triggers.cancelRetry();
    this.#isRunQueued = false;
    this.#lastBackoff = 0;
    this.state.set({ ...NO_EXIT, unstable_restarts: 0, request });
    return this.#launchOrEnd();
  }

  /** Ends the hook of a start that is under way, or the start of the run that is to take over. */
  abortStart(): void {
    this.#launcher.abort();
    this.#handOver?.stopped.reject(new Deno.errors.Interrupted("it was stopped meanwhile"));
  }

  /**
   * Launches the next run beside the present one, which is ended when the next one is ready. A
   * supervisor that is killed meanwhile leaves two: the next one adopts that of which `meta.json`
   * tells, the newer one as soon as it is launched, and ends what is older.
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
    const stopped = Promise.withResolvers<never>();
    this.#handOver = { present, stopped };
    let next: Run | undefined;
    try {
      this.#countRestart();
      this.state.set({ request });
      next = await this.#launch("restart");
      await Promise.race([ready(next), stopped.promise]);
    } catch (error) {
      if (next) {
        await this.#ender.endOne(this.#spec, next);
        const [reason = ""] = messageOf(error).split("\n");
        this.#host.recordAll([
          { event: "crash", detail: { pid: next.pid, reason } },
          { event: "adopt", detail: { pid: present.pid, reason: "it goes on" } },
        ], this.meta.name);
      }
      this.directory.notePid(present.pid);
      this.state.restore(before);
      this.watch(present);
      throw error;
    } finally {
      this.#handOver = undefined;
    }
    await this.#ender.endOne(this.#spec, present);
    await this.#ender.afterStop(this.#spec);
    await this.sweep(before);
    return next;
  }

  /** Launches; on a failure it is `stopped`, the reason noted. */
  async #launchOrEnd(): Promise<Run> {
    try {
      return await this.#launch("start");
    } catch (error) {
      this.#endUnlaunched(messageOf(error));
      throw error;
    }
  }

  /** Notes why it could not be launched: a job is tried again when its schedule comes next. */
  #endUnlaunched(reason: string): void {
    if (this.#spec.schedule !== null) this.#missRun(reason);
    else this.markEnded("stopped", { reason, stopped_by: "failure" });
  }

  /** Notes that a job could not run, as a failed run: a report tells of it, too. */
  #missRun(reason: string): void {
    this.#host.record("crash", this.meta.name, { pid: null, reason });
    this.awaitSchedule({ reason, ...lastRun(this.#spec, UNSEEN_EXIT, Infinity) });
  }

  /**
   * Launches what was ended for that.
   *
   * @throws why it cannot be launched. It is tried again later, unless the reason is one that
   * lasts: then it is `stopped`.
   */
  async launchAgain(): Promise<Run> {
    try {
      return await this.#launch("restart");
    } catch (error) {
      const reason = messageOf(error);
      if (error instanceof HookError || isLasting(error)) {
        this.#endUnlaunched(reason);
        throw error;
      }
      this.#retryLater(reason);
      throw withContext("it has ended and cannot be started now, which is tried again", error);
    }
  }

  async #launch(event: "start" | "restart"): Promise<Run> {
    const run = await this.#launcher.launch(this.#spec, event);
    this.watch(run);
    return run;
  }

  /** Launches without anybody waiting for it: a failure is noted, and tried again later. */
  async relaunch(event: "start" | "restart" = "restart"): Promise<void> {
    try {
      await this.#launch(event);
    } catch (error) {
      const reason = `cannot be started: ${messageOf(error)}`;
      this.#host.log(`${this.meta.name}: ${reason}`);
      if (error instanceof HookError) {
        await this.#afterFailedHook(reason);
      } else if (isLasting(error)) {
        this.giveUp(reason);
      } else {
        this.#retryLater(reason);
      }
    }
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
    this.#host.record(exit.code === 0 ? "exit" : "crash", this.meta.name, {
      pid,
      ...exitFields(exit),
      ...Number.isFinite(uptime) ? { uptime: seconds(uptime) } : {},
      reason,
    });
    // The hook may outlast this supervisor: without an intent, it tells the next one that the
    // exit is recorded.
    if (this.#spec.hooks?.post_stop !== undefined) {
      this.state.note({ ...NO_EXIT, ...exitFields(exit), reason, status: "stopping" });
    }
    await this.afterRecordedExit({ ...ended, reason });
  }

  /** The same from its `post_stop` hook on, where the history has its exit already. */
  async afterRecordedExit(ended: EndedRun & { readonly reason: string }): Promise<void> {
    const { exit, reason, uptime } = ended;
    const before = this.meta;
    await this.#ender.afterStop(this.#spec);
    this.state.set(lastRun(this.#spec, exit, uptime));
    const decision = this.#decide(ended);
    if (this.directory.isGone()) this.forgetGone();
    else if (ended.isFinal) this.giveUp(reason, { ...NO_EXIT, ...exitFields(exit) });
    else await this.#follow(decision, { ...NO_EXIT, ...exitFields(exit), reason });
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
      const detail = { pid: before.pid, ...ended, ...uptime, reason, start_again, ...asked };
      this.#host.record("stop", this.meta.name, detail);
    }
    if (intent === "stop") return this.markEnded("stopped", { ...ended, ...STOPPED_ON_REQUEST });
    this.remove();
  }

  /** Has it run once more as soon as its present run has ended. */
  queueRun(): void {
    this.#isRunQueued = true;
  }

  /**
   * Notes that it is a job at rest, until its schedule says that it runs.
   *
   * @param ended What is known of its last run.
   */
  awaitSchedule(ended: MetaChange = {}): void {
    const next = this.#triggers.nextRun;
    if (next === undefined) {
      return this.markEnded("stopped", { stopped_by: "completion", ...ended });
    }
    this.#triggers.cancelRetry();
    const retry_at = Math.ceil(next / 1000);
    this.state.note({ ...ended, ...NOT_RUNNING, status: "scheduled", retry_at });
    this.directory.forgetPid();
  }

  /** Removes its directory. */
  remove(): void {
    this.directory.remove();
    this.#forget();
  }

  /**
   * Notes that it does not run and will not by itself.
   *
   * @param ended What is known of its end: how it ended, why, and who stopped it.
   */
  markEnded(status: EndedStatus, ended: MetaChange = {}): void {
    this.#triggers.cancelRetry();
    this.#isRunQueued = false;
    this.state.note({ ...ended, ...NOT_RUNNING, status, intent: this.state.lastingIntent });
    this.directory.forgetPid();
  }

  /** Notes why it is not started any more, though it was to be. */
  giveUp(reason: string, ended: MetaChange = {}): void {
    this.#host.record("errored", this.meta.name, { reason });
    this.markEnded("errored", { stopped_by: "failure", ...ended, reason });
  }

  /** Forgets it: its directory is gone. */
  forgetGone(): void {
    this.directory.forgetPid();
    this.directory.forgetInput();
    this.#forget();
  }

  /** As after a crash, but never at once: others are to have their turn. */
  #afterFailedHook(reason: string): Promise<void> {
    const decision = this.#decide({ exit: UNSEEN_EXIT, uptime: 0 });
    const isSoon = decision.kind === "restart" && decision.delay < 1000;
    return this.#follow(isSoon ? { ...decision, delay: 1000 } : decision, { reason });
  }

  #decide({ exit, uptime }: Pick<EndedRun, "exit" | "uptime">): Decision {
    const { unstable_restarts: unstable } = this.meta;
    return decide(this.#spec, { exit, uptime, unstable, lastBackoff: this.#lastBackoff });
  }

  async #follow(decision: Decision, ended: MetaChange): Promise<void> {
    switch (decision.kind) {
      case "stop":
        return this.markEnded("stopped", { ...ended, stopped_by: decision.by });
      case "schedule":
        if (!this.#isRunQueued) return this.awaitSchedule(ended);
        await this.startAnew();
        return;
      case "give-up": {
        const { unstable } = decision;
        const reason = `${ended.reason}; ${unstable} unstable restarts in a row`;
        const known = { ...ended, unstable_restarts: unstable, stopped_by: "policy" } as const;
        return this.giveUp(reason, known);
      }
      case "restart": {
        const { delay, unstable } = decision;
        const counters = { restarts: this.meta.restarts + 1, unstable_restarts: unstable };
        this.#lastBackoff = delay;
        if (delay > 0) return this.#wait(delay, { ...ended, ...counters });
        this.state.set({ ...ended, ...counters });
        return await this.relaunch();
      }
      default:
        return unhandled(decision);
    }
  }

  /** Waits for what keeps it from being launched to pass, longer each time. */
  #retryLater(reason: string): void {
    this.#lastBackoff = Math.min(Math.max(1000, this.#lastBackoff * 1.5), MAX_BACKOFF);
    this.#wait(this.#lastBackoff, { reason });
  }

  /** Counts a restart that is no answer to a crash. */
  #countRestart(reason?: string): void {
    const restarts = this.meta.restarts + 1;
    this.state.set({ ...NO_EXIT, restarts, unstable_restarts: 0, reason });
  }

  #wait(delay: number, ended: MetaChange): void {
    this.state.note({
      ...ended,
      ...NOT_RUNNING,
      status: "waiting",
      retry_at: Math.ceil((Date.now() + delay) / 1000),
    });
    this.directory.forgetPid();
    this.#triggers.retryIn(delay);
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

function isLasting(error: unknown): boolean {
  return LASTING.some((lasting) => error instanceof lasting);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
