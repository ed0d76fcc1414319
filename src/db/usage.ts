import { Histogram } from "./histogram.ts";

/** Figures of one kind of use. */
export interface UsageFigures {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** One minute of a process, as a line of `db/metrics` tells it. */
export interface Minute {
  /** Epoch seconds. */
  readonly time: number;
  /** Per cent of one core. */
  readonly cpu: number;
  /** KiB. */
  readonly mem: number;
  readonly cpuMax: number;
  readonly memMax: number;
}

/** A time without measurements between two that there are, epoch seconds. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60;
/** A minute or two are missing where a process was just started anew. */
const SMALL_GAP = 150;
/** Growth is told only of what was measured at least so many minutes. */
const ENOUGH = 10;

/**
 * Sums up what one process used, minute by minute, in a memory of fixed size.
 *
 * Percentiles and means are of the minutes' means, maxima of their maxima. The growth of memory is
 * the slope of the least-squares line within the runs: memory that a restart frees does not count
 * against it.
 */
export class UsageSummary {
  /** CPU in tenths of a per cent, as it is written: exact up to a whole core. */
  readonly #cpu = new Histogram();
  readonly #mem = new Histogram();
  #cpuMax = 0;
  #memMax = 0;
  readonly #starts: readonly number[];
  #nextStart = 0;
  #first = NaN;
  #last = NaN;
  readonly #gaps: Gap[] = [];
  /** Of the present run: count, and sums of x, y, x², xy, against its first minute. */
  #run = { n: 0, x0: 0, y0: 0, x: 0, y: 0, xx: 0, xy: 0 };
  /** Of the runs before: sums about their means. */
  #sxx = 0;
  #sxy = 0;

  /** @param starts When runs began, epoch seconds, in the order in which they did. */
  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  add({ time, cpu, mem, cpuMax, memMax }: Minute): void {
    this.#cpu.add(cpu * 10);
    this.#mem.add(mem);
    if (cpuMax > this.#cpuMax) this.#cpuMax = cpuMax;
    if (memMax > this.#memMax) this.#memMax = memMax;
    if (time - this.#last > SMALL_GAP) this.#gaps.push({ from: this.#last + MINUTE, to: time });
    if (Number.isNaN(this.#first)) this.#first = time;
    // A clock that jumped back begins a new line, as a new run does.
    if (time < this.#last || this.#hasStarted(time)) this.#closeRun();
    this.#last = time;
    const run = this.#run;
    if (run.n === 0) Object.assign(run, { x0: time, y0: mem });
    const x = time - run.x0;
    const y = mem - run.y0;
    run.n++;
    run.x += x;
    run.y += y;
    run.xx += x * x;
    run.xy += x * y;
  }

  /** How many minutes were measured. */
  get minutes(): number {
    return this.#cpu.count;
  }

  /** Per cent of one core; `null` where nothing was measured. */
  get cpu(): UsageFigures | null {
    if (this.minutes === 0) return null;
    return {
      mean: this.#cpu.mean / 10,
      p50: this.#cpu.quantile(0.5) / 10,
      p95: this.#cpu.quantile(0.95) / 10,
      max: this.#cpuMax,
    };
  }

  /** KiB; `null` where nothing was measured. */
  get mem(): UsageFigures | null {
    if (this.minutes === 0) return null;
    const mem = this.#mem;
    // The middle of a bin may lie above the maximum.
    const quantile = (q: number) => Math.min(Math.round(mem.quantile(q)), this.#memMax);
    return {
      mean: Math.round(mem.mean),
      p50: quantile(0.5),
      p95: quantile(0.95),
      max: this.#memMax,
    };
  }

  /** KiB by which memory grew in an hour; `null` where too little was measured. */
  get growth(): number | null {
    if (this.minutes < ENOUGH) return null;
    this.#closeRun();
    return this.#sxx > 0 ? Math.round(this.#sxy / this.#sxx * 3600) : null;
  }

  /**
   * The last moment before `time` at which it was measured; `since` where it was not measured after
   * that.
   */
  lastSign(since: number, time: number): number {
    const gaps = Number.isNaN(this.#last) ? [{ from: -Infinity, to: Infinity }] : [
      { from: -Infinity, to: this.#first },
      ...this.#gaps,
      { from: this.#last + MINUTE, to: Infinity },
    ];
    // A minute is named after its beginning: it ends a gap that ended within it.
    const gap = gaps.find(({ from, to }) => from < time && time < to + MINUTE);
    if (gap === undefined) return time;
    if (gap.from > since) return gap.from;
    return time - since > SMALL_GAP ? since : time;
  }

  #hasStarted(time: number): boolean {
    let has = false;
    // A minute is named after its beginning.
    while ((this.#starts[this.#nextStart] ?? Infinity) < time + MINUTE) {
      this.#nextStart++;
      has = true;
    }
    return has;
  }

  #closeRun(): void {
    const { n, x, y, xx, xy } = this.#run;
    if (n > 1) {
      this.#sxx += xx - x * x / n;
      this.#sxy += xy - x * y / n;
    }
    this.#run = { n: 0, x0: 0, y0: 0, x: 0, y: 0, xx: 0, xy: 0 };
  }
}
