import { messageOf } from "../errors.ts";
import type { EventDetail, EventName } from "../db/record_event.ts";
import { removeIfThere, removeTree, replaceFile } from "../files/replace_file.ts";
import { type Meta, writeMeta } from "../meta/metadata.ts";
import { type Spec, writeSpec } from "../meta/spec.ts";
import { type EnvironmentDifference, writeDifference } from "../process/environment.ts";
import { type Exit, type GatedProcess } from "../process/launch.ts";
import { terminate } from "../process/terminate.ts";
import { type ProcessPaths, processPaths, type RuntimeRoot } from "../root.ts";
import { launchSpec } from "./launch_spec.ts";
import { decide, type Decision, describeExit } from "./restart_policy.ts";

/** What a managed process needs of its supervisor. */
export interface ProcessHost {
  readonly root: RuntimeRoot;
  /** The absolute path of the root. */
  readonly home: string;
  /** Pids never to be taken for a process's own. */
  readonly excluded: ReadonlySet<number>;
  log(text: string): void;
  record(event: EventName, name: string, detail: EventDetail): void;
  /** Told before it is launched, when none of its runs is left to write to its logs. */
  launching(about: ManagedProcess, event: "start" | "restart"): Promise<void>;
  /** Told when the process's directory is gone. */
  removed(gone: ManagedProcess): void;
}

/** A process's run, from launch to exit. */
export interface Run {
  readonly pid: number;
  readonly start: number;
  readonly exited: Promise<Exit>;
  /** Milliseconds since it was started. */
  uptime(): number;
}

type MetaChange = { readonly [K in keyof Meta]?: Meta[K] | undefined };

/**
 * One process that tsm manages, from its first start to its removal. What it is
 * asked to do is done one after another; its `meta.json` always says what it is
 * about to do next, so that another supervisor can finish it.
 */
export class ManagedProcess {
  readonly #host: ProcessHost;
  readonly #paths: ProcessPaths;
  #meta: Meta;
  #spec: Spec;
  #run: Run | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #lastBackoff = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #unwritten = false;
  #detached = false;

  constructor(host: ProcessHost, meta: Meta, spec: Spec) {
    this.#host = host;
    this.#paths = processPaths(host.root, meta.name);
    this.#meta = meta;
    this.#spec = spec;
  }

  get meta(): Meta {
    return this.#meta;
  }

  get spec(): Spec {
    return this.#spec;
  }

  /** The present run, if it runs. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** The path of its `current.err`. */
  get errPath(): string {
    return this.#paths.err;
  }

  /** The size of its `current.err`, in bytes. */
  errSize(): number {
    try {
      return Deno.statSync(this.#paths.err).size;
    } catch {
      return 0;
    }
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
      if (!this.#run) {
        if (environment) this.#redefine(spec ?? this.#spec, environment);
        return await this.#startAnew();
      }
      this.#note({ status: "stopping", intent: "restart" });
      if (environment) this.#redefine(spec ?? this.#spec, environment);
      await this.#end();
      this.#update({ restarts: this.#meta.restarts + 1, unstable_restarts: 0, reason: undefined });
      return await this.#launch("restart");
    });
  }

  /**
   * Ends it and all that belongs to it.
   *
   * @param keep Keep it listed as `stopped`; without it its directory is removed.
   */
  stop(keep: boolean): Promise<void> {
    return this.#inTurn(async () => {
      this.#cancelRetry();
      const intent = keep ? "stop" : "delete";
      const { run } = this;
      if (run) {
        this.#note({ status: "stopping", intent });
        const exit = await this.#end();
        this.#host.record("stop", this.#meta.name, {
          pid: run.pid,
          ...exitFields(exit),
          uptime: seconds(run.uptime()),
          reason: "stopped on request",
        });
        this.#note({ ...exitFields(exit), reason: "stopped on request" });
      }
      if (!keep) return this.#remove();
      if (run || this.#meta.status !== "errored") this.#rest("stopped");
    });
  }

  /**
   * Takes over a run that an earlier supervisor launched.
   *
   * @param run The living process.
   */
  adopt(run: Run): Promise<void> {
    return this.#inTurn(async () => {
      const { intent } = this.#meta;
      this.#watch(run);
      this.#host.record("adopt", this.#meta.name, { pid: run.pid });
      if (intent === undefined || intent === "start") {
        this.#note({ status: "online", intent: undefined });
      } else {
        await this.#finishInterrupted(intent);
      }
    });
  }

  /** Decides what becomes of a process that no longer ran when its supervisor came up. */
  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const { status, intent, pid } = this.#meta;
      if (intent !== undefined && intent !== "start") return await this.#finishInterrupted(intent);
      if (status === "launching" || intent === "start") return await this.#relaunch();
      if (status === "waiting") return this.#scheduleRetry();
      if (status === "online" || status === "stopping") {
        const exit: Exit = { code: null, signal: null };
        const found = { exit, uptime: Infinity, reason: "found dead" };
        return await this.#afterExit({ pid: pid ?? 0, ...found });
      }
      if (pid !== null) this.#rest(status);
    });
  }

  /** Notes that a reboot of the machine ended it. */
  endedByReboot(): Promise<void> {
    return this.#inTurn(() => {
      if (this.#meta.intent === "delete") return this.#remove();
      if (this.#meta.status !== "errored") {
        const wasStopped = this.#meta.status === "stopped";
        this.#rest("stopped", wasStopped ? {} : { reason: "reboot" });
      }
    });
  }

  /** Lets go of it: it runs on, and its exit is the next supervisor's affair. */
  detach(): void {
    this.#detached = true;
    clearTimeout(this.#retry);
  }

  /** Runs `action` when nothing else happens to the process, and lets nothing else happen. */
  exclusively<T>(action: () => T | Promise<T>): Promise<T> {
    return this.#inTurn(action);
  }

  /** Writes what could not be written before, as on a full disk. */
  flush(): void {
    if (this.#unwritten) this.#note({});
  }

  /** Runs `action` when all that was asked before is done. */
  #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#detached) {
        throw new Deno.errors.NotConnected("the supervisor is shutting down; try again");
      }
      return action();
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #refuseIfRunning(): void {
    if (!this.#run) return;
    throw new Deno.errors.AlreadyExists(
      `it is already running (pid ${this.#run.pid}); 'tsm restart ${this.#meta.name}' ` +
        "or --force restarts it",
    );
  }

  async #finishInterrupted(intent: "restart" | "stop" | "delete"): Promise<void> {
    this.#host.log(`${this.#meta.name}: finishing an interrupted ${intent}`);
    if (this.#run) await this.#end();
    if (intent === "delete") return this.#remove();
    if (intent === "stop") return this.#rest("stopped");
    this.#note({ restarts: this.#meta.restarts + 1, unstable_restarts: 0 });
    await this.#relaunch();
  }

  #redefine(spec: Spec, environment: EnvironmentDifference): void {
    writeDifference(this.#host.root, this.#meta.name, environment);
    writeSpec(this.#host.root, this.#meta.name, spec);
    this.#spec = spec;
    const { command, cwd, interpreter, port, env_file } = spec;
    this.#meta = { ...this.#meta, command, cwd, interpreter, port, env_file };
  }

  #startAnew(): Promise<Run> {
    this.#cancelRetry();
    this.#lastBackoff = 0;
    this.#meta = { ...this.#meta, unstable_restarts: 0 };
    return this.#launch("start");
  }

  /** Launches; on a failure the process is as it was before. */
  async #launch(event: "start" | "restart"): Promise<Run> {
    const before = this.#meta;
    let gated: GatedProcess | undefined;
    try {
      await this.#host.launching(this, event);
      gated = await launchSpec(this.#host, this.#meta, this.#spec);
      replaceFile(this.#paths.pid, `${gated.pid}\n`);
      const run = childRun(gated);
      this.#update({
        ...NO_EXIT,
        status: "launching",
        pid: run.pid,
        pid_start: run.start,
        start_time: seconds(Date.now()),
        intent: undefined,
      });
      // From here on a file knows of it.
      await gated.go();
      this.#watch(run);
      this.#note({ status: "online" });
      this.#host.record(event, this.#meta.name, { pid: run.pid });
      this.#host.record("online", this.#meta.name, { pid: run.pid });
      return run;
    } catch (error) {
      gated?.abandon();
      this.#meta = before;
      this.#note({ status: "stopped", ...NOT_RUNNING, reason: messageOf(error) });
      throw error;
    }
  }

  /** Launches without anybody waiting for it: a failure is noted, and tried again later. */
  async #relaunch(): Promise<void> {
    try {
      await this.#launch("restart");
    } catch (error) {
      const reason = `cannot be started: ${messageOf(error)}`;
      this.#host.log(`${this.#meta.name}: ${reason}`);
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.InvalidData) {
        this.#host.record("errored", this.#meta.name, { reason });
        this.#rest("errored", { reason });
      } else {
        this.#wait(1000, { reason });
      }
    }
  }

  #watch(run: Run): void {
    this.#run = run;
    run.exited.then((exit) =>
      this.#inTurn(() => {
        // Somebody who ended it on purpose has seen to it already.
        if (this.#run !== run) return;
        return this.#afterExit({ pid: run.pid, exit, uptime: run.uptime() });
      })
    ).catch((error) => {
      if (!this.#detached) this.#host.log(`${this.#meta.name}: ${messageOf(error)}`);
    });
  }

  async #afterExit(ended: { pid: number; exit: Exit; uptime: number; reason?: string }) {
    const { pid, exit, uptime } = ended;
    const { name, pid_start } = this.#meta;
    this.#run = undefined;
    const reason = ended.reason ?? describeExit(exit);
    this.#host.record(exit.code === 0 ? "exit" : "crash", name, {
      pid,
      ...exitFields(exit),
      ...Number.isFinite(uptime) ? { uptime: seconds(uptime) } : {},
      reason,
    });
    const decision = decide(this.#spec, {
      exit,
      uptime,
      unstable: this.#meta.unstable_restarts,
      lastBackoff: this.#lastBackoff,
    });
    await this.#follow(decision, { ...NO_EXIT, ...exitFields(exit), reason });
    // What the dead one left behind is ended beside, not before, the new one: a
    // crash is answered at once.
    if (pid > 0 && pid_start !== null) this.#sweep(pid, pid_start);
  }

  async #follow(decision: Decision, ended: MetaChange): Promise<void> {
    if (decision.kind === "stop") return this.#rest("stopped", ended);
    if (decision.kind === "give-up") {
      const { reason, unstable } = decision;
      this.#host.record("errored", this.#meta.name, { reason });
      return this.#rest("errored", { ...ended, reason, unstable_restarts: unstable });
    }
    const counters = {
      restarts: this.#meta.restarts + 1,
      unstable_restarts: decision.unstable,
    };
    this.#lastBackoff = decision.delay;
    if (decision.delay > 0) return this.#wait(decision.delay, { ...ended, ...counters });
    this.#meta = change(this.#meta, { ...ended, ...counters });
    await this.#relaunch();
  }

  /** Ends the run and all that belongs to it. */
  async #end(): Promise<Exit> {
    const run = this.#run!;
    await terminate(this.#leader(run.pid, run.start), {
      signal: this.#spec.stop_signal as Deno.Signal,
      killTimeout: this.#spec.kill_timeout,
      excluded: this.#host.excluded,
      exited: run.exited,
      strays: true,
    });
    this.#run = undefined;
    // The process table said so first; the exit code is only a moment away.
    return await Promise.race([
      run.exited,
      new Promise<Exit>((resolve) => setTimeout(() => resolve({ code: null, signal: null }), 100)),
    ]);
  }

  #sweep(pid: number, start: number): void {
    terminate(this.#leader(pid, start), {
      signal: "SIGTERM",
      killTimeout: this.#spec.kill_timeout,
      excluded: this.#host.excluded,
      strays: false,
    }).catch((error) => this.#host.log(`${this.#meta.name}: ${messageOf(error)}`));
  }

  #leader(pid: number, start: number) {
    return { pid, start, name: this.#meta.name, root: this.#host.home };
  }

  #wait(delay: number, ended: MetaChange): void {
    this.#note({
      ...ended,
      ...NOT_RUNNING,
      status: "waiting",
      retry_at: Math.ceil((Date.now() + delay) / 1000),
    });
    this.#retry = setTimeout(() => this.#retryNow(), delay);
  }

  #scheduleRetry(): void {
    const delay = Math.max(0, (this.#meta.retry_at ?? 0) * 1000 - Date.now());
    this.#retry = setTimeout(() => this.#retryNow(), delay);
  }

  #retryNow(): void {
    this.#retry = undefined;
    this.#inTurn(async () => {
      if (this.#meta.status === "waiting") await this.#relaunch();
    }).catch(() => {});
  }

  #cancelRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /** Notes that it does not run and will not by itself. */
  #rest(status: "stopped" | "errored", ended: MetaChange = {}): void {
    this.#cancelRetry();
    this.#note({ ...ended, ...NOT_RUNNING, status, intent: undefined });
    removeIfThere(this.#paths.pid);
  }

  /** Removes it from the list and the disk, in one step for whoever looks. */
  #remove(): void {
    removeIfThere(this.#paths.pid);
    const leaving = `${this.#host.root.processes}/.${this.#meta.name}.removed`;
    removeTree(leaving);
    Deno.renameSync(this.#paths.dir, leaving);
    this.#host.removed(this);
    removeTree(leaving);
  }

  #update(changes: MetaChange): void {
    this.#meta = change(this.#meta, changes);
    this.#unwritten = true;
    writeMeta(this.#host.root, this.#meta);
    this.#unwritten = false;
  }

  /** Updates, where there is nobody to tell that the disk refuses it. */
  #note(changes: MetaChange): void {
    try {
      this.#update(changes);
    } catch (error) {
      this.#host.log(`${this.#meta.name}: cannot write meta.json: ${messageOf(error)}`);
    }
  }
}

const NO_EXIT: MetaChange = {
  exit_code: undefined,
  exit_signal: undefined,
  reason: undefined,
  retry_at: undefined,
};

const NOT_RUNNING: MetaChange = {
  pid: null,
  pid_start: null,
  start_time: null,
  retry_at: undefined,
};

function change(meta: Meta, changes: MetaChange): Meta {
  const changed: Record<string, unknown> = { ...meta, ...changes };
  for (const key of Object.keys(changed)) if (changed[key] === undefined) delete changed[key];
  return changed as Meta;
}

function exitFields(exit: Exit): { exit_code?: number; exit_signal?: string } {
  if (exit.code !== null) return { exit_code: exit.code };
  return exit.signal === null ? {} : { exit_signal: exit.signal };
}

function childRun(gated: GatedProcess): Run {
  const launched = performance.now();
  const { pid, start, exited } = gated;
  return { pid, start, exited, uptime: () => performance.now() - launched };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
