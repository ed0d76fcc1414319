import type { Period } from "./read_metrics.ts";

/** One point of a series; `null` where nothing was measured. */
export interface Point {
  /** Epoch seconds of the middle of what it stands for. */
  readonly time: number;
  readonly mean: number | null;
  readonly max: number | null;
}

/** A measured value over a period, thinned out to so many points as come. */
export class Series {
  readonly #period: Period;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #maxima: Float64Array;

  /** @param points How many. */
  constructor(period: Period, points: number) {
    this.#period = period;
    this.#sums = new Float64Array(points);
    this.#counts = new Uint32Array(points);
    this.#maxima = new Float64Array(points);
  }

  /**
   * Adds a value; one out of the period is left out.
   *
   * @param time Epoch seconds.
   */
  add(time: number, mean: number, max: number): void {
    const { since, until } = this.#period;
    const index = Math.floor((time - since) / (until - since) * this.#sums.length);
    if (index < 0 || index >= this.#sums.length) return;
    this.#sums[index]! += mean;
    this.#counts[index]!++;
    if (max > this.#maxima[index]!) this.#maxima[index] = max;
  }

  points(): Point[] {
    const { since, until } = this.#period;
    const width = (until - since) / this.#sums.length;
    return Array.from(this.#sums, (sum, index) => {
      const count = this.#counts[index]!;
      return {
        time: Math.round(since + (index + 0.5) * width),
        mean: count > 0 ? sum / count : null,
        max: count > 0 ? this.#maxima[index]! : null,
      };
    });
  }
}
