/** What the heap may grow by before it is looked through, in bytes; a half where that is more. */
const SLACK = 8 * 1024 * 1024;

/**
 * Gives back the memory that a burst of work leaves behind. V8 looks for garbage when it
 * needs room: a supervisor at rest would keep that of a thousand starts for hours.
 */
export class MemoryKeeper {
  /** Bytes of heap that are taken for used. */
  #settled = Deno.memoryUsage().heapTotal;
  #collecting = false;

  /** Collects garbage where the heap has grown; it takes some ten milliseconds then. */
  async look(): Promise<void> {
    const { heapTotal } = Deno.memoryUsage();
    const slack = Math.max(SLACK, this.#settled / 2);
    if (this.#collecting || heapTotal < this.#settled + slack) return;
    this.#collecting = true;
    try {
      await collectGarbage();
      this.#settled = Deno.memoryUsage().heapTotal;
    } finally {
      this.#collecting = false;
    }
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
