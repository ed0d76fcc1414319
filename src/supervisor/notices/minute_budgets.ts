const MINUTE = 60_000;
/** Budgets of which those that nobody uses any more are looked for. */
const MANY = 100;

/** How often something may happen within any minute, for each of many that are counted apart. */
export class MinuteBudgets {
  /** When it happened within the last minute, by `performance.now()`, the oldest first. */
  readonly #taken = new Map<string, number[]>();

  /**
   * Takes one of a budget, where one is left.
   *
   * @param limit How many there are a minute.
   */
  take(budget: string, limit: number): boolean {
    if (this.waitFor(budget, limit) > 0) return false;
    if (this.#taken.size >= MANY) this.#forgetOld();
    const taken = this.#taken.get(budget) ?? [];
    taken.push(performance.now());
    this.#taken.set(budget, taken);
    return true;
  }

  /** Milliseconds until one is left; 0: now. */
  waitFor(budget: string, limit: number): number {
    const now = performance.now();
    const taken = (this.#taken.get(budget) ?? []).filter((time) => now - time < MINUTE);
    if (taken.length === 0) this.#taken.delete(budget);
    else this.#taken.set(budget, taken);
    const oldest = taken.at(-limit);
    return oldest === undefined ? 0 : oldest + MINUTE - now;
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [budget, taken] of this.#taken) {
      if (taken.every((time) => now - time >= MINUTE)) this.#taken.delete(budget);
    }
  }
}
