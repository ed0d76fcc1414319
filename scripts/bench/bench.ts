import { messageOf } from "../../src/errors.ts";
import { Beacon } from "./beacon.ts";
import { type Call, type Contender, type Daemon, type Missing, sleepers } from "./contender.ts";
import type { Limits } from "./limits.ts";
import { interleave, type Task } from "./measure.ts";
import { killMarked } from "./proc.ts";
import type { Series } from "./result.ts";
import { until } from "./until.ts";

/** A contender's supervisor, at work. */
export interface Opened {
  readonly contender: Contender;
  readonly daemon: Daemon;
  /** All it writes is below it. */
  readonly dir: string;
}

/** tsm's supervisor, and what calls any of its commands. */
export interface OpenedTsm extends Opened {
  call(...args: readonly string[]): Call;
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
  readonly limits: Limits;
  /** Whether runs are fewer and shorter (--quick). */
  readonly quick: boolean;
  readonly #contenders: readonly Contender[];
  readonly #leftOut = new Map<string, Missing>();
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
    this.#contenders = options.contenders;
    this.limits = options.limits;
    this.quick = options.quick;
  }

  /** All that can still be measured, tsm first. */
  get contenders(): readonly Contender[] {
    return this.#contenders.filter(({ name }) => !this.#leftOut.has(name));
  }

  /** Those that have failed. */
  get leftOut(): readonly Missing[] {
    return [...this.#leftOut.values()];
  }

  /**
   * Does something with a contender; tells whether that succeeded. One that fails is left out
   * from then on, but not tsm, nor what is no contender: their errors are thrown.
   */
  async attempt(contender: string, work: () => void | Promise<void>): Promise<boolean> {
    if (this.#leftOut.has(contender)) return false;
    try {
      await work();
      return true;
    } catch (error) {
      const isOther = contender !== "tsm" &&
        this.#contenders.some(({ name }) => name === contender);
      if (!isOther) throw error;
      const reason = messageOf(error);
      this.#leftOut.set(contender, { name: contender, reason });
      console.log(`\n${contender} left out from here on: ${reason}`);
      return false;
    }
  }

  /** Runs tasks in turns, each `rounds` times, without those of contenders that fail. */
  interleave(tasks: readonly Task[], rounds: number): Promise<Series[]> {
    return interleave(tasks, rounds, (contender, work) => this.attempt(contender, work));
  }

  /** How many processes are used for `count`: a tenth of them with --quick. */
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

  /** Starts tsm's alone, for what only tsm does. */
  async openTsm(): Promise<OpenedTsm> {
    const opened = await this.open(this.#contenders.find(({ name }) => name === "tsm")!);
    const env = { TSM_ROOT: `${opened.dir}/root` };
    return Object.assign(opened, {
      call: (...args: readonly string[]) => ({ argv: [this.tsm, ...args], env }),
    });
  }

  /** Starts the supervisors of all contenders. */
  async openAll(): Promise<readonly Opened[]> {
    const all: Opened[] = [];
    for (const contender of this.contenders) {
      await this.attempt(contender.name, async () => void all.push(await this.open(contender)));
    }
    return all;
  }

  /** Ends a supervisor and all it runs. */
  async close(opened: Opened): Promise<void> {
    this.#open.delete(opened);
    await opened.daemon[Symbol.asyncDispose]();
    // What it wrote is removed with the rest: an ext4 without a journal looks at each inode that
    // was freed in the last minutes whenever it makes a file. With some thousand of them, a start
    // of 100 took twice as long.
  }

  async closeAll(all: readonly Opened[]): Promise<void> {
    for (const opened of all) {
      await this.attempt(opened.contender.name, () => this.close(opened));
    }
  }

  /**
   * Every contender with `count` processes that sleep. Measurements that follow each
   * other share it: nothing in it may be changed.
   */
  async crowd(count: number): Promise<Crowd> {
    if (this.#crowd?.count !== count) {
      await this.#endCrowd();
      const all = await this.openAll();
      for (const { contender, daemon } of count > 0 ? all : []) {
        await this.attempt(contender.name, () => daemon.add(sleepers(count)));
      }
      this.#crowd = { count, all };
    }
    const all = this.#crowd.all.filter(({ contender }) => !this.#leftOut.has(contender.name));
    return { count, all };
  }

  async #endCrowd(): Promise<void> {
    const crowd = this.#crowd;
    this.#crowd = undefined;
    if (crowd) await this.closeAll(crowd.all);
  }

  /** Ends all that was opened, and whatever of it is left, and removes the directory. */
  async end(): Promise<void> {
    this.#crowd = undefined;
    for (const opened of this.#open) {
      if (!this.#leftOut.has(opened.contender.name)) await this.close(opened).catch(() => {});
    }
    await removeSoon(this.dir, () => killMarked(`TSM_BENCH=${this.dir}`));
  }
}

/** Removes a directory that a program which is about to end may still write to. */
export async function removeSoon(dir: string, before = () => {}): Promise<void> {
  await until(`the end of what writes to ${dir}`, () => {
    before();
    return Deno.remove(dir, { recursive: true }).then(() => true, () => false);
  }, { interval: 50 });
}
