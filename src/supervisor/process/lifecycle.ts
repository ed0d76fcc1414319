import type { DetailedEvent, EventDetail, EventName } from "../../db/record_events.ts";
import { messageOf, unhandled } from "../../errors.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { EndedStatus } from "../../meta/status.ts";
import type { Spec } from "../../meta/spec.ts";
import type { EnvironmentDifference } from "../../process/environment.ts";
import type { Exit } from "../../process/launch.ts";
import type { RuntimeRoot } from "../../root.ts";
import { HookError, runHook } from "../launch/hooks.ts";
import { launchRun } from "./launch_run.ts";
import { ProcessDirectory } from "./process_directory.ts";
import { type MetaChange, NO_EXIT, NOT_RUNNING, RecordedState } from "./recorded_state.ts";
import { backoffAfter, decide, type Decision } from "./restart_policy.ts";
import type { RestartTriggers } from "../triggers/restart_triggers.ts";
import { describeExit, exitFields, type Run, UNSEEN_EXIT } from "../launch/run.ts";
import { findLogHolders } from "./log_holders.ts";
import { TreeTerminator, type TreeTerminatorHost } from "./tree_terminator.ts";

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
  readonly #ender: TreeTerminator;
  /** Its directory. */
  readonly directory: ProcessDirectory;
  /** What is known of it, here and in its `meta.json`. */
  readonly state: RecordedState;
  #spec: Spec;
  #run: Run | undefined;
  #lastBackoff = 0;
  /** Ends the hook of a start that is under way. */
  #starting: AbortController | undefined;
  #removed = false;

  constructor(
    host: LifecycleHost,
    { meta, spec }: { readonly meta: Meta; readonly spec: Spec },
    triggers: RestartTriggers,
    observer: LifecycleObserver,
  ) {
    this.#host = host;
    this.#observer = observer;
    this.#triggers = triggers;
    this.#ender = new TreeTerminator(host);
    this.directory = new ProcessDirectory(host.root, meta.name);
    this.state = new RecordedState(host.root, (text) => host.log(text), meta);
    this.#spec = spec;
    this.#lastBackoff = backoffAfter(spec, meta.unstable_restarts);
  }

  get meta(): Meta {
    return this.state.meta;
  }

  get spec(): Spec {
    return this.#spec;
  }

  /** The present run, if it runs. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** Whether it is gone: nothing becomes of it any more. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Gives it a new spec and environment. */
  define(spec: Spec, environment: EnvironmentDifference): void {
    this.directory.define(spec, environment);
    this.#spec = spec;
    const { command, cwd, interpreter, port, env_file } = spec;
    this.state.set({ command, cwd, interpreter, port, env_file });
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

  /** Launches it as if it had never run. */
  startAnew(): Promise<Run> {
    this.#triggers.cancelRetry();
    this.#lastBackoff = 0;
    this.state.set({ ...NO_EXIT, unstable_restarts: 0 });
    return this.launchOrRest("start");
  }

  /** Ends the hook of a start that is under way. */
  abortStart(): void {
    this.#starting?.abort();
  }

  /** Launches; on a failure it is `stopped`, the reason noted. */
  async launchOrRest(event: "start" | "restart"): Promise<Run> {
    try {
      return await this.#launch(event);
    } catch (error) {
      this.rest("stopped", { reason: messageOf(error), stopped_by: "failure" });
      throw error;
    }
  }

  /** Launches; what is to be noted of a failure is the caller's affair. */
  async #launch(event: "start" | "restart"): Promise<Run> {
    // A shutdown that begins meanwhile must not leave it be, as it does one that is errored.
    this.state.set({ status: "launching", stopped_by: undefined });
    try {
      await this.#observer.launching(event);
      this.#starting = new AbortController();
      const { signal } = this.#starting;
      const run = await launchRun(this.#host, this.state, this.directory, this.#spec, signal);
      this.#triggers.forgetChanges();
      this.watch(run);
      const { name, reason } = this.meta;
      const { pid } = run;
      this.#host.recordAll([
        { event, detail: { pid, ...reason ? { reason } : {} } },
        { event: "online", detail: { pid } },
      ], name);
      return run;
    } catch (error) {
      if (this.#spec.hooks?.pre_start !== undefined) this.#triggers.forgetChanges();
      throw error;
    }
  }

  /** Launches without anybody waiting for it: a failure is noted, and tried again later. */
  async relaunch(): Promise<void> {
    try {
      await this.#launch("restart");
    } catch (error) {
      const reason = `cannot be started: ${messageOf(error)}`;
      this.#host.log(`${this.meta.name}: ${reason}`);
      if (error instanceof HookError) {
        await this.#afterFailedHook(reason);
      } else if (LASTING.some((lasting) => error instanceof lasting)) {
        this.giveUp(reason);
      } else {
        this.#wait(1000, { reason });
      }
    }
  }

  /** Takes `run`, which lives, for its present one. */
  watch(run: Run): void {
    this.#run = run;
    this.#triggers.follow(run, this.#spec);
    run.exited.then((exit) => this.#observer.exited(run, exit));
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
    const { exit, reason } = ended;
    const before = this.meta;
    await this.#afterStop();
    const decision = this.#decide(ended);
    if (this.directory.isGone()) this.forgetGone();
    else await this.#follow(decision, { ...NO_EXIT, ...exitFields(exit), reason });
    // A crash is answered at once: what the dead run left behind is ended after that.
    await this.sweep(before);
  }

  /**
   * Ends whatever there may be of a launch that a killed supervisor could not note, and of
   * runs before it.
   */
  async clear(): Promise<void> {
    await this.#ender.end(
      this.meta,
      this.#spec,
      undefined,
      await findLogHolders(this.directory.logs),
    );
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
    if (this.#run) await this.endForRestart(reason);
    else this.#countRestart(reason);
    await this.relaunch();
  }

  /**
   * Ends the run, to be launched again.
   *
   * @throws what the file system says, before anything is ended.
   */
  async endForRestart(reason?: string): Promise<void> {
    this.state.write({ status: "stopping", intent: "restart" });
    await this.#end();
    // Written with the launch: a supervisor that dies before it counts but once.
    this.#countRestart(reason);
  }

  /**
   * Ends the run, or what is left of the last one, for good.
   *
   * @param wasWanted It was to run, even if it did not: that is over now.
   */
  async endForGood(intent: "stop" | "delete", wasWanted: boolean): Promise<void> {
    const run = this.#run;
    const { pid } = this.meta;
    this.#triggers.cancelRetry();
    this.state.note({ status: "stopping", intent });
    const exit = await this.#end();
    const ended = run ? exitFields(exit) : {};
    if (run || wasWanted) {
      const uptime = run ? { uptime: seconds(run.uptime()) } : {};
      const { reason } = STOPPED_ON_REQUEST;
      const detail = { pid, ...ended, ...uptime, reason };
      this.#host.record("stop", this.meta.name, detail);
    }
    if (intent === "stop") return this.rest("stopped", { ...ended, ...STOPPED_ON_REQUEST });
    this.remove();
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
  rest(status: EndedStatus, ended: MetaChange = {}): void {
    this.#triggers.cancelRetry();
    this.state.note({ ...ended, ...NOT_RUNNING, status, intent: this.state.lastingIntent });
    this.directory.forgetPid();
  }

  /** Notes why it is not started any more, though it was to be. */
  giveUp(reason: string, ended: MetaChange = {}): void {
    this.#host.record("errored", this.meta.name, { reason });
    this.rest("errored", { stopped_by: "failure", ...ended, reason });
  }

  /** Lets go of it: its directory is gone. */
  forgetGone(): void {
    this.directory.forgetPid();
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
        return this.rest("stopped", { ...ended, stopped_by: decision.by });
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

  /** Ends the run, or what is left of the last one, and all that belongs to it. */
  async #end(): Promise<Exit> {
    const exit = await this.#ender.end(this.meta, this.#spec, this.#run);
    this.#run = undefined;
    // What ended before had its hook then.
    if (this.meta.pid !== null) await this.#afterStop();
    return exit;
  }

  /** Runs its `post_stop` hook; one that fails holds up nothing. */
  async #afterStop(): Promise<void> {
    try {
      await runHook(this.#host, this, "post_stop");
    } catch (error) {
      this.#host.log(`${this.meta.name}: ${messageOf(error)}`);
    }
    // What the hook has changed is no reason to restart it.
    if (this.#spec.hooks?.post_stop !== undefined) this.#triggers.forgetChanges();
  }

  #forget(): void {
    this.#triggers.close();
    this.#run = undefined;
    this.#removed = true;
    this.#observer.removed();
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
