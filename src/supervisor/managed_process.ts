import type { HealthState } from "../api/messages/health.ts";
import type { DetailedEvent, EventDetail, EventName } from "../db/record_events.ts";
import { messageOf } from "../errors.ts";
import type { Meta } from "../meta/metadata.ts";
import type { Spec } from "../meta/spec.ts";
import type { EnvironmentDifference } from "../process/environment.ts";
import type { Exit } from "../process/launch.ts";
import type { RuntimeRoot } from "../root.ts";
import { HookError, runHook } from "./hooks.ts";
import { launchRun } from "./launch_run.ts";
import { ProcessDirectory } from "./process_directory.ts";
import { type MetaChange, NO_EXIT, NOT_RUNNING, ProcessState } from "./process_state.ts";
import { backoffAfter, decide, type Decision, describeExit } from "./restart_policy.ts";
import { RestartTriggers } from "./restart_triggers.ts";
import { exitFields, type Run, UNSEEN_EXIT } from "./run.ts";
import { TreeEnder, type TreeEnderHost } from "./tree_ender.ts";
import { Turns } from "./turns.ts";

/** What a managed process needs of its supervisor. */
export interface ProcessHost extends TreeEnderHost {
  readonly root: RuntimeRoot;
  record(event: EventName, name: string, detail: EventDetail): void;
  /** Records what happened at one moment. */
  recordAll(events: readonly DetailedEvent[], name: string): void;
  /**
   * Told before it is launched. What a crashed run left behind may still write to its
   * logs: they can be renamed now, for that loses nothing, but not truncated.
   */
  launching(about: ManagedProcess, event: "start" | "restart"): Promise<void>;
  /** Told when the process's directory is gone. */
  removed(gone: ManagedProcess): void;
}

/** How a run ended that ended while nobody looked. */
const FOUND_DEAD = { exit: UNSEEN_EXIT, uptime: Infinity, reason: "found dead" };

/** What keeps a process from being started, and will not pass by itself. */
const LASTING = [Deno.errors.NotFound, Deno.errors.InvalidData, Deno.errors.PermissionDenied];

/** What is to run, though it has no run: a stop ends that as it ends a run. */
const WANTED: readonly Meta["status"][] = ["launching", "waiting", "errored"];

/** The reason of a stop that was asked for: nothing but a start ends that. */
const ON_REQUEST = "stopped on request";

/**
 * One process that tsm manages, from its first start to its removal. What it is
 * asked to do is done one after another; its `meta.json` always says what it is
 * about to do next, so that another supervisor can finish it.
 */
export class ManagedProcess {
  readonly #host: ProcessHost;
  readonly #directory: ProcessDirectory;
  readonly #state: ProcessState;
  readonly #turns: Turns = new Turns();
  readonly #triggers: RestartTriggers;
  readonly #ender: TreeEnder;
  #spec: Spec;
  #run: Run | undefined;
  #lastBackoff = 0;
  /** Ends the hook of a start that is under way. */
  #starting: AbortController | undefined;
  /** Counts how often what changed of its files was forgotten. */
  #filesAge = 0;
  #removed = false;
  #detached = false;

  constructor(host: ProcessHost, meta: Meta, spec: Spec) {
    this.#host = host;
    this.#directory = new ProcessDirectory(host.root, meta.name);
    this.#state = new ProcessState(host.root, (text) => host.log(text), meta);
    this.#ender = new TreeEnder(host);
    this.#triggers = new RestartTriggers(host, this, {
      retry: () => this.#byItself(() => this.#retryNow()),
      due: (pattern) => this.#byItself(() => this.#onSchedule(pattern)),
      changed: (what) => {
        const age = this.#filesAge;
        this.#byItself(() => age === this.#filesAge ? this.#onChange(what) : undefined);
      },
      // Where the disk is full, the next check tries again.
      unhealthy: (run, reason) => this.restartFor(run, "unhealthy", reason).catch(() => {}),
    });
    this.#spec = spec;
    this.#lastBackoff = backoffAfter(spec, meta.unstable_restarts);
    this.#triggers.arm(spec);
  }

  get meta(): Meta {
    return this.#state.meta;
  }

  get spec(): Spec {
    return this.#spec;
  }

  /** The present run, if it runs. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** How its present run is doing, where it has a health check. */
  get health(): HealthState | undefined {
    return this.#triggers.health;
  }

  /** Whether it has been stopped and removed: nothing becomes of it any more. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Its directory. */
  get directory(): ProcessDirectory {
    return this.#directory;
  }

  /**
   * Starts it with what its spec says.
   *
   * @returns the run, its program about to be executed.
   * @throws {Deno.errors.AlreadyExists} if it runs.
   */
  start(): Promise<Run> {
    return this.#inTurn(() => {
      this.#refuseIfRunning();
      return this.#startAnew();
    });
  }

  /** Gives a process that does not run a new spec and environment, and starts it. */
  startAs(spec: Spec, environment: EnvironmentDifference): Promise<Run> {
    return this.#inTurn(() => {
      this.#refuseIfRunning();
      this.#redefine(spec, environment);
      return this.#startAnew();
    });
  }

  /**
   * Ends it, if it runs, and starts it again.
   *
   * @param environment Its new environment; without one it keeps the old.
   * @param spec Its new spec; without one it keeps the old.
   */
  restart(environment?: EnvironmentDifference, spec?: Spec): Promise<Run> {
    return this.#inTurn(async () => {
      if (environment) this.#redefine(spec ?? this.#spec, environment);
      if (!this.#run) return await this.#startAnew();
      await this.#endForRestart();
      return await this.#launch("restart");
    });
  }

  /** Changes settings of it that concern its siblings, not its run. */
  amend(changes: Pick<Spec, "app" | "instances">): Promise<void> {
    return this.#inTurn(() => {
      const spec = { ...this.#spec, ...changes };
      this.#directory.define(spec);
      this.#spec = spec;
    });
  }

  /** Notes why it will not be started, though it was to be: it is `errored`. */
  giveUp(reason: string): Promise<void> {
    return this.#inTurn(() => {
      if (this.#run || this.meta.status === "stopped") return;
      this.#host.record("errored", this.meta.name, { reason });
      this.#rest("errored", { reason });
    }, () => {});
  }

  /**
   * Restarts it because `run` is not as it should be.
   *
   * @param event What is recorded of that.
   * @param reason Says it in words.
   */
  restartFor(run: Run, event: "memory" | "unhealthy", reason: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#run !== run) return;
      this.#host.record(event, this.meta.name, { pid: run.pid, reason });
      await this.#endForRestart(reason);
      await this.#relaunch();
    });
  }

  /**
   * Ends it and all that belongs to it.
   *
   * @param keep Keep it listed as `stopped`; without it its directory is removed.
   * @throws {Deno.errors.TimedOut} if something does not end even by SIGKILL. It is
   * `stopping` until then; the rest is done when its program ends, or is asked again.
   */
  stop(keep: boolean): Promise<void> {
    this.#starting?.abort();
    const wasLaunching = this.meta.status === "launching";
    return this.#inTurn(async () => {
      this.#triggers.cancelRetry();
      const { run, meta: { status, reason } } = this;
      // A start that was cut short has left it `stopped`.
      const wasWanted = WANTED.includes(status) || (wasLaunching && reason !== ON_REQUEST);
      this.#state.note({ status: "stopping", intent: keep ? "stop" : "delete" });
      const exit = await this.#end();
      if (run) this.#recordStop(run.pid, exit, run.uptime());
      else if (wasWanted) this.#recordStop(null);
      if (!keep) return this.#remove();
      this.#rest("stopped", { ...run ? exitFields(exit) : {}, reason: ON_REQUEST });
    }, () => {
      // Another stop was faster: what was asked for is done.
    });
  }

  /**
   * Sets its counters to zero; a back-off begins anew.
   *
   * @throws whatever the file system says.
   */
  reset(): Promise<void> {
    return this.#inTurn(() => {
      this.#state.write({ restarts: 0, unstable_restarts: 0 });
      this.#lastBackoff = 0;
    });
  }

  /**
   * Takes over a run that an earlier supervisor launched.
   *
   * @param run The living process.
   */
  adopt(run: Run): Promise<void> {
    return this.#inTurn(async () => {
      this.#watch(run);
      this.#host.record("adopt", this.meta.name, { pid: run.pid });
      if (this.#interrupted) return await this.#finish(this.#interrupted);
      this.#state.note({ status: "online", intent: undefined });
      await this.#ender.sweep(this.meta, this.#spec, run);
    });
  }

  /** Decides what becomes of a process that no longer ran when its supervisor came up. */
  resume(): Promise<void> {
    return this.#inTurn(async () => {
      // Somebody was faster: it has been started since.
      if (this.#run) return;
      if (this.#interrupted) return await this.#finish(this.#interrupted);
      const { status, pid, retry_at } = this.meta;
      if (status === "online" || status === "stopping") {
        return await this.#afterExit({ pid, ...FOUND_DEAD });
      }
      await this.#ender.sweep(this.meta, this.#spec);
      if (status === "launching") return await this.#relaunch();
      if (status === "waiting") {
        return this.#triggers.retryIn(Math.max(0, (retry_at ?? 0) * 1000 - Date.now()));
      }
      if (pid !== null) this.#rest(status);
    });
  }

  /** Notes that a reboot of the machine ended it. */
  endedByReboot(): Promise<void> {
    return this.#inTurn(() => {
      const { intent, status } = this.meta;
      if (intent === "delete") return this.#remove();
      if (status === "stopped" || status === "errored") return this.#rest(status);
      this.#rest("stopped", { reason: "reboot" });
    });
  }

  /** Lets go of it: it runs on, and its exit is the next supervisor's affair. */
  detach(): void {
    this.#detached = true;
    this.#triggers.close();
  }

  /** Runs `action` when nothing else happens to the process, and lets nothing else happen. */
  exclusively<T>(action: () => T | Promise<T>): Promise<T> {
    return this.#inTurn(action);
  }

  /** Writes what could not be written before, as on a full disk. */
  flush(): void {
    if (!this.#removed) this.#state.flush();
  }

  /** Writes its `meta.json` anew, where somebody has damaged it. */
  rewrite(): void {
    if (!this.#removed) this.#state.note({});
  }

  /** Follows its policy where its end went unseen; where it lives, only its file was wrong. */
  revive(): void {
    this.#byItself(() => {
      const { status, pid } = this.meta;
      if (this.#run || status !== "online") return this.#state.note({});
      return this.#afterExit({ pid, ...FOUND_DEAD });
    });
  }

  /** Lets go of it where somebody has removed its directory: that removes the process. */
  async forgetIfGone(): Promise<void> {
    // It may be long before it is our turn: a hook may run.
    if (!this.#directory.isGone()) return;
    await this.#inTurn(() => {
      if (this.#directory.isGone()) this.#forgetGone();
    }, () => {});
  }

  /**
   * Runs `action` when all that was asked before is done.
   *
   * @param whenRemoved Is run instead where it has been removed meanwhile.
   */
  #inTurn<T>(action: () => T | Promise<T>, whenRemoved?: () => T): Promise<T> {
    return this.#turns.take(() => {
      if (this.#detached) {
        throw new Deno.errors.NotConnected("the supervisor is shutting down; try again");
      }
      if (!this.#removed) return action();
      if (whenRemoved) return whenRemoved();
      throw new Deno.errors.NotFound("it has just been stopped and removed; start it anew");
    });
  }

  /** Does of its own accord, in turn, what nobody waits for. */
  #byItself(action: () => void | Promise<void>): void {
    this.#inTurn(action, () => {}).catch((error) => {
      if (!this.#detached) this.#host.log(`${this.meta.name}: ${messageOf(error)}`);
    });
  }

  #refuseIfRunning(): void {
    if (!this.#run) return;
    throw new Deno.errors.AlreadyExists(
      `it is already running (pid ${this.#run.pid}); 'tsm restart ${this.meta.name}' ` +
        "or --force restarts it",
    );
  }

  /** What ends its run and was begun, but never finished. */
  get #interrupted(): "restart" | "stop" | "delete" | undefined {
    const { intent } = this.meta;
    return intent === "start" || intent === "migrate" ? undefined : intent;
  }

  async #finish(intent: "restart" | "stop" | "delete"): Promise<void> {
    this.#host.log(`${this.meta.name}: finishing an interrupted ${intent}`);
    const { pid } = this.meta;
    if (intent === "restart") {
      await this.#endForRestart();
      return await this.#relaunch();
    }
    this.#state.note({ status: "stopping" });
    const exit = await this.#end();
    this.#recordStop(pid, pid === null ? undefined : exit);
    if (intent === "delete") this.#remove();
    else this.#rest("stopped", { reason: ON_REQUEST });
  }

  #redefine(spec: Spec, environment: EnvironmentDifference): void {
    this.#directory.define(spec, environment);
    this.#spec = spec;
    const { command, cwd, interpreter, port, env_file } = spec;
    this.#state.set({ command, cwd, interpreter, port, env_file });
    this.#triggers.arm(spec);
  }

  #startAnew(): Promise<Run> {
    this.#triggers.cancelRetry();
    this.#lastBackoff = 0;
    this.#state.set({ ...NO_EXIT, unstable_restarts: 0 });
    return this.#launch("start");
  }

  /** Launches; on a failure it is `stopped`, the reason noted. */
  async #launch(event: "start" | "restart"): Promise<Run> {
    try {
      await this.#host.launching(this, event);
      this.#starting = new AbortController();
      const { signal } = this.#starting;
      const run = await launchRun(this.#host, this.#state, this.#directory, this.#spec, signal);
      this.#forgetChanges();
      this.#watch(run);
      this.#state.note({ status: "online" });
      const { name, reason } = this.meta;
      const { pid } = run;
      this.#host.recordAll([
        { event, detail: { pid, ...reason ? { reason } : {} } },
        { event: "online", detail: { pid } },
      ], name);
      return run;
    } catch (error) {
      if (this.#spec.hooks?.pre_start !== undefined) this.#forgetChanges();
      this.#rest("stopped", { reason: messageOf(error) });
      throw error;
    }
  }

  /** Launches without anybody waiting for it: a failure is noted, and tried again later. */
  async #relaunch(): Promise<void> {
    try {
      await this.#launch("restart");
    } catch (error) {
      const reason = `cannot be started: ${messageOf(error)}`;
      this.#host.log(`${this.meta.name}: ${reason}`);
      if (error instanceof HookError) {
        await this.#afterFailedHook(reason);
      } else if (LASTING.some((lasting) => error instanceof lasting)) {
        this.#host.record("errored", this.meta.name, { reason });
        this.#rest("errored", { reason });
      } else {
        this.#wait(1000, { reason });
      }
    }
  }

  #watch(run: Run): void {
    this.#run = run;
    this.#triggers.follow(run, this.#spec);
    run.exited.then((exit) =>
      this.#byItself(() => {
        // Somebody who ended it on purpose has seen to it already.
        if (this.#run !== run) return;
        // It outlived SIGKILL: what was to come after its end comes now. One that is there
        // for a while only may end by itself too: who tries it reads its last words.
        const isOverdue = this.meta.status === "stopping";
        if (isOverdue && this.#interrupted) return this.#finish(this.#interrupted);
        return this.#afterExit({ pid: run.pid, exit, uptime: run.uptime() });
      })
    );
  }

  async #afterExit(ended: { pid: number | null; exit: Exit; uptime: number; reason?: string }) {
    const { pid, exit, uptime } = ended;
    const before = this.meta;
    const { name } = before;
    this.#run = undefined;
    const reason = ended.reason ?? describeExit(exit);
    this.#host.record(exit.code === 0 ? "exit" : "crash", name, {
      pid,
      ...exitFields(exit),
      ...Number.isFinite(uptime) ? { uptime: seconds(uptime) } : {},
      reason,
    });
    await this.#afterStop();
    const decision = this.#decide(ended);
    if (this.#directory.isGone()) this.#forgetGone();
    else await this.#follow(decision, { ...NO_EXIT, ...exitFields(exit), reason });
    // A crash is answered at once: what the dead run left behind is ended after that.
    await this.#ender.sweep(before, this.#spec, this.#run);
  }

  /** As after a crash, but never at once: others are to have their turn. */
  #afterFailedHook(reason: string): Promise<void> {
    const decision = this.#decide({ exit: UNSEEN_EXIT, uptime: 0 });
    if (decision.kind !== "restart") return this.#follow(decision, { reason });
    return this.#follow({ ...decision, delay: Math.max(decision.delay, 1000) }, { reason });
  }

  #decide({ exit, uptime }: { exit: Exit; uptime: number }): Decision {
    const { unstable_restarts: unstable } = this.meta;
    return decide(this.#spec, { exit, uptime, unstable, lastBackoff: this.#lastBackoff });
  }

  async #follow(decision: Decision, ended: MetaChange): Promise<void> {
    if (decision.kind === "stop") return this.#rest("stopped", ended);
    if (decision.kind === "give-up") {
      const { unstable } = decision;
      const reason = `${ended.reason}; ${unstable} unstable restarts in a row`;
      this.#host.record("errored", this.meta.name, { reason });
      return this.#rest("errored", { ...ended, reason, unstable_restarts: unstable });
    }
    const counters = {
      restarts: this.meta.restarts + 1,
      unstable_restarts: decision.unstable,
    };
    this.#lastBackoff = decision.delay;
    if (decision.delay > 0) return this.#wait(decision.delay, { ...ended, ...counters });
    this.#state.set({ ...ended, ...counters });
    await this.#relaunch();
  }

  /**
   * Ends the run, to be launched again.
   *
   * @throws what the file system says, before anything is ended.
   */
  async #endForRestart(reason?: string): Promise<void> {
    this.#state.write({ status: "stopping", intent: "restart" });
    await this.#end();
    // Written with the launch: a supervisor that dies before it counts but once.
    this.#state.set({
      ...NO_EXIT,
      restarts: this.meta.restarts + 1,
      unstable_restarts: 0,
      reason,
    });
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
    if (this.#spec.hooks?.post_stop !== undefined) this.#forgetChanges();
  }

  /** What has changed so far restarts it no more: it begins with that, or its hooks did it. */
  #forgetChanges(): void {
    this.#filesAge++;
    this.#triggers.forgetChanges();
  }

  #wait(delay: number, ended: MetaChange): void {
    this.#state.note({
      ...ended,
      ...NOT_RUNNING,
      status: "waiting",
      retry_at: Math.ceil((Date.now() + delay) / 1000),
    });
    this.#directory.forgetPid();
    this.#triggers.retryIn(delay);
  }

  async #retryNow(): Promise<void> {
    if (this.meta.status === "waiting") await this.#relaunch();
  }

  async #onSchedule(pattern: string): Promise<void> {
    if (this.meta.status !== "errored") await this.#restartAsDue(`cron_restart ${pattern}`);
  }

  async #onChange(what: string): Promise<void> {
    // One that has not begun yet begins with what there is then.
    if (this.meta.status !== "launching") await this.#restartAsDue(what);
  }

  /** Restarts it; what ended by itself is started again, what somebody stopped is not. */
  async #restartAsDue(because: string): Promise<void> {
    const { reason, restarts } = this.meta;
    if (reason === ON_REQUEST || reason === "reboot") return;
    this.#triggers.cancelRetry();
    if (this.#run) await this.#endForRestart(because);
    else {
      this.#state.set({
        ...NO_EXIT,
        reason: because,
        restarts: restarts + 1,
        unstable_restarts: 0,
      });
    }
    await this.#relaunch();
  }

  /** Notes that it does not run and will not by itself. */
  #rest(status: "stopped" | "errored", ended: MetaChange = {}): void {
    this.#triggers.cancelRetry();
    this.#state.note({ ...ended, ...NOT_RUNNING, status, intent: this.#state.lastingIntent });
    this.#directory.forgetPid();
  }

  /** @param exit How the run ended, if there was one. */
  #recordStop(pid: number | null, exit?: Exit, uptime?: number): void {
    this.#host.record("stop", this.meta.name, {
      pid,
      ...exit === undefined ? {} : exitFields(exit),
      ...uptime === undefined ? {} : { uptime: seconds(uptime) },
      reason: ON_REQUEST,
    });
  }

  #remove(): void {
    this.#directory.remove();
    this.#forget();
  }

  #forgetGone(): void {
    this.#directory.forgetPid();
    this.#forget();
  }

  #forget(): void {
    this.#triggers.close();
    this.#run = undefined;
    this.#removed = true;
    this.#host.removed(this);
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
