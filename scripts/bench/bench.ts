import { Beacon } from "./beacon.ts";
import { type Contender, type Daemon, sleepers } from "./contender.ts";
import type { Limits } from "./limits.ts";
import { killMarked } from "./proc.ts";
import { until } from "./until.ts";

/** A contender's supervisor, at work. */
export interface Opened {
  readonly contender: Contender;
  readonly daemon: Daemon;
  /** All it writes is below it. */
  readonly dir: string;
}

/** Every contender with the same number of sleeping processes. */
export interface Crowd {
  readonly count: number;
  readonly all: readonly Opened[];
}

/** What a measurement works with: the contenders, and a place of its own. */
export class Bench {
  /** Below it everything is written. */
  readonly dir: string;
  /** The path of tsm's binary. */
  readonly tsm: string;
  readonly contenders: readonly Contender[];
  readonly limits: Limits;
  /** Whether fewer and shorter runs will do. */
  readonly quick: boolean;
  readonly #open = new Set<Opened>();
  #crowd: Crowd | undefined;
  #made = 0;

  constructor(
    options: {
      dir: string;
      tsm: string;
      contenders: readonly Contender[];
      limits: Limits;
      quick: boolean;
    },
  ) {
    this.dir = options.dir;
    this.tsm = options.tsm;
    this.contenders = options.contenders;
    this.limits = options.limits;
    this.quick = options.quick;
  }

  /** How many processes stand for `count` of them: a tenth will do where it must be quick. */
  few(count: number): number {
    return this.quick ? Math.ceil(count / 10) : count;
  }

  /** A new directory. */
  async directory(name: string): Promise<string> {
    const dir = `${this.dir}/${name}-${++this.#made}`;
    await Deno.mkdir(dir);
    return dir;
  }

  /** A fifo that programs announce themselves on. */
  beacon(): Promise<Beacon> {
    return Beacon.make(`${this.dir}/beacon-${++this.#made}`);
  }

  /** Starts the supervisor of a contender, in a directory of its own. */
  async open(contender: Contender): Promise<Opened> {
    const dir = await this.directory(contender.name);
    const opened = { contender, daemon: await contender.open(dir), dir };
    this.#open.add(opened);
    return opened;
  }

  /** Starts the supervisors of all contenders. */
  async openAll(): Promise<readonly Opened[]> {
    const all: Opened[] = [];
    for (const contender of this.contenders) all.push(await this.open(contender));
    return all;
  }

  /** Ends a supervisor and all it runs, and removes what it wrote. */
  async close(opened: Opened): Promise<void> {
    this.#open.delete(opened);
    await opened.daemon[Symbol.asyncDispose]();
    await removeSoon(opened.dir);
  }

  async closeAll(all: readonly Opened[]): Promise<void> {
    for (const opened of all) await this.close(opened);
  }

  /**
   * Every contender with `count` processes that sleep. Measurements that follow each
   * other share it: nothing in it may be changed.
   */
  async crowd(count: number): Promise<Crowd> {
    if (this.#crowd?.count === count) return this.#crowd;
    await this.#endCrowd();
    const all = await this.openAll();
    if (count > 0) { for (const { daemon } of all) await daemon.add(sleepers(count)); }
    this.#crowd = { count, all };
    return this.#crowd;
  }

  async #endCrowd(): Promise<void> {
    const crowd = this.#crowd;
    this.#crowd = undefined;
    if (crowd) await this.closeAll(crowd.all);
  }

  /** Ends all that was opened, and whatever of it is left, and removes the directory. */
  async end(): Promise<void> {
    this.#crowd = undefined;
    for (const opened of this.#open) await this.close(opened).catch(() => {});
    await removeSoon(this.dir, () => killMarked(`TSM_BENCH=${this.dir}`));
  }
}

/** Removes a directory that somebody who is about to end may still write to. */
async function removeSoon(dir: string, before = () => {}): Promise<void> {
  await until(`the end of what writes to ${dir}`, () => {
    before();
    return Deno.remove(dir, { recursive: true }).then(() => true, () => false);
  }, { patience: 20_000, interval: 50 });
}
