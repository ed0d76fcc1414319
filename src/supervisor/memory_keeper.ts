/** Bytes by which the heap must have grown before garbage is collected. */
const SLACK = 8 * 1024 * 1024;
/**
 * This many launches between two looks are a burst: garbage is collected when the burst is over.
 */
const BURST = 20;
/**
 * Milliseconds between two collections outside of bursts: one takes about fifty milliseconds of
 * CPU.
 */
const INTERVAL = 30_000;

/**
 * Frees the memory that a burst of work leaves behind. V8 collects garbage only when it needs room:
 * an idle supervisor would keep the garbage of a thousand starts for hours.
 */
export class MemoryKeeper {
  /** Bytes of the heap after the last collection: taken for what is really used. */
  #settled = Deno.memoryUsage().heapTotal;
  #launches = 0;
  /** When it may collect again, on the monotonic clock. */
  #notBefore = 0;

  /**
   * Collects garbage where the heap has grown, and it is the time.
   *
   * @param launches How many processes have been launched so far.
   */
  async look(launches: number): Promise<void> {
    const isBurst = launches - this.#launches >= BURST;
    this.#launches = launches;
    if (isBurst) {
      this.#notBefore = 0;
      return;
    }
    const now = performance.now();
    if (now < this.#notBefore || Deno.memoryUsage().heapTotal < this.#settled + SLACK) return;
    this.#notBefore = now + INTERVAL;
    await collectGarbage();
    this.#settled = Deno.memoryUsage().heapTotal;
  }
}

// Deno has no gc(); its inspector has, and opens no port for a session within the process.
async function collectGarbage(): Promise<void> {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      session.post("HeapProfiler.collectGarbage", (error) => error ? reject(error) : resolve());
    });
  } finally {
    session.disconnect();
  }
}
