/** Values below this are counted exactly. */
const EXACT = 1024;
/** Above, each doubling of the value has so many bins: they are 0.2 % wide. */
const BINS = EXACT / 2;
/** Up to 2 to the power of 32. */
const SIZE = EXACT + 22 * BINS;

/**
 * Counts whole numbers from 0 to 2³² in bins of a fixed number, whatever comes:
 * exactly below 1024, within 0.1 % above.
 *
 * @example
 * ```ts
 * import { Histogram } from "./histogram.ts";
 *
 * const histogram = new Histogram();
 * for (let value = 1; value <= 100; value++) histogram.add(value);
 * histogram.quantile(0.95); // 95
 * ```
 */
export class Histogram {
  readonly #bins = new Uint32Array(SIZE);
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  /** `NaN` where there are no values. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    const index = binOf(Math.min(Math.round(value), 0xffff_ffff));
    this.#bins[index] = this.#bins[index]! + 1;
  }

  /**
   * The value below or at which the share `q` of the values is: the nearest rank.
   *
   * @param q Between 0 and 1.
   * @returns `NaN` where there are no values.
   */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let index = 0; index < SIZE; index++) {
      seen += this.#bins[index]!;
      if (seen >= rank) return middleOf(index);
    }
    return NaN;
  }
}

function binOf(value: number): number {
  if (value < EXACT) return value;
  const shift = 22 - Math.clz32(value);
  return EXACT + (shift - 1) * BINS + (value >>> shift) - BINS;
}

function middleOf(index: number): number {
  if (index < EXACT) return index;
  const shift = Math.floor((index - EXACT) / BINS) + 1;
  const lowest = ((index - EXACT) % BINS + BINS) * 2 ** shift;
  return lowest + (2 ** shift - 1) / 2;
}
