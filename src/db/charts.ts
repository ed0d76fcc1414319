import type { Period } from "./read_metrics.ts";
import { type Point, Series } from "./series.ts";
import type { Minute } from "./usage.ts";

/** What the charts of one process are drawn of. */
export interface ChartPoints {
  /** Where they begin, epoch seconds. */
  readonly since: number;
  readonly cpu: readonly Point[];
  readonly mem: readonly Point[];
}

const MINUTE = 60;

/**
 * The charts of one process. They begin where what is known of it does: of a process that is an
 * hour old, the chart of a week would else be empty but for its last line.
 */
export class Charts {
  readonly #period: Period;
  readonly #points: number;
  readonly #knownFrom: number;
  #shown: { readonly since: number; readonly cpu: Series; readonly mem: Series } | undefined;

  /**
   * @param points How many there are at the most; there are not more than minutes.
   * @param knownFrom When its history begins, epoch seconds; `Infinity` where it has none.
   */
  constructor(period: Period, points: number, knownFrom: number) {
    this.#period = period;
    this.#points = points;
    this.#knownFrom = knownFrom;
  }

  /** Adds a minute; they come in the order of the files, the oldest first. */
  add({ time, cpu, cpuMax, mem, memMax }: Minute): void {
    const shown = this.#shown ??= this.#begin(time);
    shown.cpu.add(time, cpu, cpuMax);
    shown.mem.add(time, mem, memMax);
  }

  points(): ChartPoints {
    const { since, cpu, mem } = this.#shown ?? this.#begin(Infinity);
    return { since, cpu: cpu.points(), mem: mem.points() };
  }

  #begin(measuredFrom: number) {
    const { since, until } = this.#period;
    const known = Math.min(this.#knownFrom, measuredFrom);
    const from = known === Infinity ? since : Math.min(Math.max(since, known), until - MINUTE);
    const points = Math.min(this.#points, Math.max(1, Math.ceil((until - from) / MINUTE)));
    const period = { since: from, until };
    return { since: from, cpu: new Series(period, points), mem: new Series(period, points) };
  }
}
