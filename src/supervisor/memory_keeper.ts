import { freeMemory } from "../process/free_memory.ts";

/**
 * Bytes by which the heap must have grown before memory is freed: the young generation alone grows
 * by half of that while nothing happens (`scripts/compile_flags.ts`), which would be freed in vain.
 */
const SLACK = 8 * 1024 * 1024;
/**
 * This many launches between two looks are a burst: memory is freed when the burst is over.
 */
const BURST = 20;
/**
 * Milliseconds between two times outside of bursts: one takes forty to a hundred milliseconds of
 * CPU.
 */
const INTERVAL = 30_000;

/**
 * Frees the memory that a burst of work leaves behind. V8 collects garbage only when it needs room,
 * and the allocator keeps what was freed between things that last: an idle supervisor would hold
 * what a thousand starts took for hours.
 */
export class MemoryKeeper {
  readonly #free: () => void;
  /** Bytes of the heap as the last free has left it; `undefined`: it has not been looked at yet. */
  #settled: number | undefined;
  #launches = 0;
  /** Whether memory is to be freed as soon as nothing happens: after the boot, and after a burst. */
  #isDue = true;
  /** When memory may be freed again where it is not due, on the monotonic clock. */
  #notBefore = 0;

  /** @param free Frees memory. */
  constructor(free: () => void = freeMemory) {
    this.#free = free;
  }

  /**
   * Frees memory when a burst is over, or where the heap has grown and it is the time.
   *
   * @param launches How many processes have been launched so far.
   */
  look(launches: number): void {
    const isBurst = launches - this.#launches >= BURST;
    this.#launches = launches;
    this.#isDue ||= isBurst;
    if (isBurst) return;
    const now = performance.now();
    if (!this.#isDue && (!this.#hasGrown() || now < this.#notBefore)) return;
    this.#isDue = false;
    this.#notBefore = now + INTERVAL;
    this.#settled = undefined;
    this.#free();
  }

  #hasGrown(): boolean {
    const { heapTotal } = Deno.memoryUsage();
    this.#settled ??= heapTotal;
    return heapTotal >= this.#settled + SLACK;
  }
}
