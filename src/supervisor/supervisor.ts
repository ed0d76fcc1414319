import type { ProcessStats } from "../api/messages/stats.ts";
import type { Shortage } from "../api/shortage.ts";
import { StreamPool } from "../api/server/stream_pool.ts";
import { MetricsWriter } from "../db/metrics_writer.ts";
import { latestFirst } from "../db/read_history.ts";
import { type DetailedEvent, type EventDetail, recordEvents } from "../db/record_events.ts";
import { type EventName, turnOf } from "../event_table.ts";
import { removalOf } from "../db/removed_process.ts";
import { messageOf } from "../errors.ts";
import type { Meta } from "../meta/metadata.ts";
import { selectAll } from "../meta/select.ts";
import { envFileInMeta, type Spec } from "../meta/spec.ts";
import type { EndedStatus } from "../meta/status.ts";
import type { Stopper } from "../meta/stopper.ts";
import {
  differenceTo,
  type Environment,
  type EnvironmentDifference,
  readBaseEnvironment,
  writeBaseEnvironment,
} from "../program/environment.ts";
import { readProcessTable } from "../process/linux/read_process_table.ts";
import type { ProcessTable } from "../process/process_table.ts";
import type { RuntimeRoot } from "../root.ts";
import { CpuCounter } from "./metrics/cpu_counter.ts";
import { DescriptorBudget } from "./descriptor_budget.ts";
import { DiskWatch } from "./disk_watch.ts";
import { ExitPoller } from "./exit_poller.ts";
import { removeLogLinks } from "./launch/link_logs.ts";
import { isAtRest } from "./metrics/is_at_rest.ts";
import { limitMemory } from "./limit_memory.ts";
import { LogKeeper } from "./logs/log_keeper.ts";
import { ManagedProcess, type ProcessHost } from "./process/managed_process.ts";
import { SHUTTING_DOWN } from "./process/stop_requests.ts";
import { Notifier } from "./notices/notifier.ts";
import { ProcessIds } from "./process_ids.ts";
import { MemoryKeeper } from "./memory_keeper.ts";
import { createProcessDirectory } from "./process/process_directory.ts";
import { Sampler } from "./metrics/sampler.ts";
import { claimantOf, portClaimedError } from "./ports/port_claim.ts";

/** What a supervisor is told when it is made. */
export interface SupervisorOptions {
  readonly root: RuntimeRoot;
  /** The absolute path of the root. */
  readonly rootPath: string;
  readonly log: (text: string) => void;
}

/** What a process that there was before brings along. */
export interface FormerState {
  /** Taken if it is free. */
  readonly tsm_id?: number;
  readonly restarts?: number;
  /** Set if it is not about to be started. */
  readonly status?: EndedStatus | "scheduled";
  readonly reason?: string;
  readonly stopped_by?: Stopper;
  /** Set for a trial instance: the next supervisor removes it. */
  readonly intent?: "delete";
}

/** Milliseconds between two looks at the logs, and at the process table where it is not at rest. */
const TICK = 5000;
/**
 * Milliseconds after which a tick looks at the process table where all processes are at rest and
 * patrol, which looks every minute, has not: to read it is most of what an idle supervisor costs.
 */
const LOOK_AT_REST = 65_000;

/** The one who starts, watches and ends processes, and the only writer below the root. */
export class Supervisor implements ProcessHost {
  readonly root: RuntimeRoot;
  readonly rootPath: string;
  readonly excluded: ReadonlySet<number> = new Set([Deno.pid]);
  readonly log: (text: string) => void;
  readonly exitPoller: ExitPoller = new ExitPoller();
  readonly sampler: Sampler = new Sampler();
  readonly cpuCounter: CpuCounter = new CpuCounter();
  readonly descriptors: DescriptorBudget = new DescriptorBudget();
  readonly logKeeper: LogKeeper;
  readonly notifier: Notifier;
  /** The clients that follow events or logs. */
  readonly streams: StreamPool = new StreamPool((descriptors) =>
    this.descriptors.hasRoomFor(descriptors + this.logKeeper.heldOpen, this.#processes.size)
  );
  readonly #metrics: MetricsWriter;
  readonly #diskWatch: DiskWatch = new DiskWatch((reason) => this.record("disk", null, { reason }));
  readonly #memoryKeeper: MemoryKeeper = new MemoryKeeper();
  /** The names that processes carry which run though nobody manages them, as patrol saw last. */
  orphanNames: ReadonlySet<string> = new Set();
  /** How many there were. */
  #launches = 0;
  /** How many there were at the last tick. */
  #launchesSeen = 0;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #ids: ProcessIds;
  #ticker: ReturnType<typeof setInterval> | undefined;
  /** Before this time no tick looks at the process table, by `performance.now()`. */
  #restsUntil = 0;
  #leaving = false;
  /** Told when an event was recorded. */
  #recorded: (() => void) | undefined;
  /** How many times events were recorded: where it stays, so do the files of `db`. */
  recordings = 0;

  constructor(options: SupervisorOptions) {
    this.root = options.root;
    this.rootPath = options.rootPath;
    this.log = options.log;
    this.logKeeper = new LogKeeper(this);
    this.notifier = new Notifier(this);
    this.#metrics = new MetricsWriter(options.root);
    this.#ids = new ProcessIds(options.root, options.log);
  }

  /** The processes it manages, by id. */
  get processes(): readonly ManagedProcess[] {
    return [...this.#processes.values()].sort((a, b) => a.meta.tsm_id - b.meta.tsm_id);
  }

  get leaving(): boolean {
    return this.#leaving;
  }

  /** Starts nothing any more from now on: all is to be stopped. */
  beginToLeave(): void {
    this.#leaving = true;
  }

  /** The process `name`, if it manages one. */
  process(name: string): ManagedProcess | undefined {
    return this.#processes.get(name);
  }

  /**
   * The processes that `selectors` mean; whoever asks changes something of them.
   *
   * @param action What was asked, for messages.
   * @throws {Deno.errors.NotFound} if one matches nothing.
   * @throws {Deno.errors.InvalidData} if one is ambiguous or does not parse.
   */
  select(action: string, selectors: readonly string[]): readonly ManagedProcess[] {
    const metas = this.processes.map(({ meta }) => meta);
    const groupsOf = (name: string) => this.#processes.get(name)!.spec;
    return selectAll(action, selectors, metas, groupsOf, {
      isChange: true,
      removalOf: (word) => removalOf(this.root, word),
    }).map(({ name }) => this.#processes.get(name)!);
  }

  /**
   * Takes charge of a process whose directory is there already.
   *
   * @param options.hasMadeUpSpec Whether its `spec.json` could not be read, and `spec` is what else
   * is known of it.
   */
  manage(
    meta: Meta,
    spec: Spec,
    options: { readonly hasMadeUpSpec: boolean } = { hasMadeUpSpec: false },
  ): ManagedProcess {
    const process = new ManagedProcess(this, { meta, spec, ...options });
    this.#ids.taken(meta.tsm_id);
    this.#processes.set(meta.name, process);
    return process;
  }

  /**
   * Makes a new process, with a directory of its own; it does not run yet.
   *
   * @param former What it was, if there was such a process before.
   * @param request The id of the request that asks for its start.
   * @throws {Deno.errors.AlreadyExists} if there is one of that name.
   * @throws {Deno.errors.NotConnected} if nothing is started any more.
   * @throws {Deno.errors.Busy} if there are too few descriptors left for it.
   */
  create(
    name: string,
    spec: Spec,
    environment: EnvironmentDifference,
    former: FormerState = {},
    request?: string,
  ): ManagedProcess {
    if (this.#leaving) throw new Deno.errors.NotConnected(SHUTTING_DOWN);
    if (this.#processes.has(name)) {
      throw new Deno.errors.AlreadyExists(`there is a process '${name}' already`);
    }
    this.descriptors.admit(this.#processes.size);
    const { command, cwd, interpreter, port } = spec;
    const meta: Meta = {
      tsm_id: this.#ids.next(this.#takenIds(), former.tsm_id),
      name,
      pid: null,
      command,
      cwd,
      interpreter,
      port,
      status: former.status ?? "launching",
      start_time: null,
      restarts: former.restarts ?? 0,
      unstable_restarts: 0,
      env_file: envFileInMeta(spec),
      pid_start: null,
      ...former.reason === undefined ? {} : { reason: former.reason },
      ...former.stopped_by === undefined ? {} : { stopped_by: former.stopped_by },
      ...former.status === undefined ? { intent: former.intent ?? "start" } : {},
      ...request === undefined ? {} : { request },
    };
    createProcessDirectory(this.root, meta, spec, environment);
    // A trial instance.
    if (former.intent === "delete") this.#ids.lend(meta.tsm_id);
    return this.manage(meta, spec);
  }

  refuseClaimedPort({ meta: { name } }: ManagedProcess, spec: Spec): void {
    const claimant = claimantOf(this.processes, spec.port, { name, spec });
    if (claimant) throw portClaimedError(claimant);
  }

  launching(process: ManagedProcess, event: "start" | "restart"): Promise<void> {
    this.#launches++;
    return this.logKeeper.launching(process, event);
  }

  /** What is to be told at a start, if anything. */
  get shortage(): { readonly shortage?: Shortage } {
    const shortage = this.descriptors.shortage(this.#processes.size);
    return shortage ? { shortage } : {};
  }

  /** Sees to it that so many processes can be added, as far as the system lets it. */
  makeRoomFor(added: number): Promise<void> {
    return this.descriptors.makeRoom(this.#processes.size + added);
  }

  get mayHoldLogs(): boolean {
    return this.descriptors.mayHoldLogs(this.#processes.size);
  }

  removed(process: ManagedProcess): void {
    this.#processes.delete(process.meta.name);
    this.#ids.release(process.meta.tsm_id, this.#takenIds());
    this.logKeeper.forget(process.meta.name);
    const { rootPath } = this;
    removeLogLinks({ rootPath, name: process.meta.name, spec: process.spec }).catch((error) =>
      this.log(`${process.meta.name}: cannot remove the links to its logs: ${messageOf(error)}`)
    );
  }

  /**
   * The difference of an environment to the base one, which is written first where there
   * is none yet.
   */
  differenceFor(environment: Environment, explicit: Environment): EnvironmentDifference {
    const base = readBaseEnvironment(this.root) ?? writeBaseEnvironment(this.root, environment);
    return differenceTo(base, environment, explicit);
  }

  /** Has `tell` told whenever an event was recorded. */
  onRecorded(tell: () => void): void {
    this.#recorded = tell;
  }

  record(event: EventName, name: string | null, detail: EventDetail = {}): void {
    this.recordAll([{ event, detail }], name);
  }

  recordAll(events: readonly DetailedEvent[], name: string | null, at = Date.now()): void {
    this.recordings++;
    try {
      recordEvents(this.root, name, events, at);
      this.#recorded?.();
    } catch (error) {
      // A full disk must not keep a process from being restarted.
      const shown = events.map(({ event }) => `'${event}'`).join(", ");
      this.log(`cannot record ${shown} of ${name ?? "the supervisor"}: ${messageOf(error)}`);
    }
    this.notifier.happened(events, name);
  }

  hasRecordedStart(name: string, pid: number): boolean {
    const last = latestFirst(this.root, name).find(({ event }) => turnOf(event) === "begin");
    return last?.event === "start" && last.pid === pid;
  }

  unendedRun(name: string): number | undefined {
    const last = latestFirst(this.root, name).find(({ event }) => turnOf(event) !== null);
    if (last === undefined || last.pid === null) return undefined;
    const turn = turnOf(last.event);
    return turn === "begin" || turn === "up" ? last.pid : undefined;
  }

  /**
   * Gives a `tsm_id` away that nobody has.
   *
   * @param wanted Taken if it is free.
   */
  reserveId(wanted: number | null): number {
    return this.#ids.reserve(this.#takenIds(), wanted ?? undefined);
  }

  /** What the processes used at the last look. Somebody watches: the next look is the next tick's. */
  latestStats(): Readonly<Record<string, ProcessStats>> {
    this.#restsUntil = 0;
    return this.sampler.latest;
  }

  /** What the processes use now, compared with the last look at them. */
  async stats(): Promise<Readonly<Record<string, ProcessStats>>> {
    const stats = this.sampler.peek(await readProcessTable(), this.processes);
    // Somebody watches, and something happens: the next tick does not wait for the end of the rest.
    if (!isAtRest(this.processes, stats)) this.#restsUntil = 0;
    return stats;
  }

  /** Begins to look at the process table now and then. */
  watch(): void {
    this.logKeeper.watch();
    this.#ticker = setInterval(() => {
      this.#tick().catch((error) => this.log(`tick: ${messageOf(error)}`));
    }, TICK);
  }

  /**
   * Takes a table that was just read, in the same turn, for the next look where all processes are at
   * rest: no tick need read one.
   */
  lookAtRest(table: ProcessTable): void {
    if (performance.now() < this.#restsUntil) this.#look(table);
  }

  /** Looks in a table at what the processes use, and at who has ended. */
  #look(table: ProcessTable): void {
    this.exitPoller.compare(table);
    this.cpuCounter.look(table, this.processes);
    const stats = this.sampler.sample(table, this.processes);
    this.#keepMetrics(() => this.#metrics.add(stats, Date.now()));
    for (const process of this.#processes.values()) limitMemory(process, stats[process.meta.name]);
    this.#restsUntil = isAtRest(this.processes, stats) ? performance.now() + LOOK_AT_REST : 0;
  }

  /** Stops looking after all processes; they run on. */
  detach(): void {
    clearInterval(this.#ticker);
    this.logKeeper.close();
    this.exitPoller.close();
    for (const process of this.#processes.values()) process.detach();
    this.#keepMetrics(() => this.#metrics.flush());
  }

  async #tick(): Promise<void> {
    // First: where nothing grows, nobody else looks at the logs.
    this.logKeeper.tick(this.#processes.values());
    for (const process of this.#processes.values()) process.catchUp();
    this.#diskWatch.look();
    if (this.#processes.size === 0) return this.#keepMetrics(() => this.#metrics.flush());
    const hasLaunched = this.#launchesSeen !== this.#launches;
    this.#launchesSeen = this.#launches;
    this.#memoryKeeper.look(this.#launches);
    if (performance.now() < this.#restsUntil && !hasLaunched) return;
    this.#look(await readProcessTable());
    if (hasLaunched) {
      // What was launched a moment ago is seen twice before it is taken to be at rest.
      this.#restsUntil = 0;
      await this.descriptors.look(this.logKeeper.heldOpen + this.streams.descriptors);
      await this.descriptors.makeRoomForLogs(this.#processes.size);
    }
  }

  #keepMetrics(keep: () => void): void {
    try {
      keep();
    } catch (error) {
      // A full disk must not keep the tick from its other work.
      this.log(`cannot record metrics: ${messageOf(error)}`);
    }
  }

  #takenIds(): ReadonlySet<number> {
    return new Set([...this.#processes.values()].map(({ meta }) => meta.tsm_id));
  }
}
