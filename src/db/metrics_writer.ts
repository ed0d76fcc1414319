import { appendJsonLines } from "../files/append_line.ts";
import { dayPath, type RuntimeRoot } from "../root.ts";

/** What a process and all that belongs to it used at one look. */
export interface Usage {
  /** Per cent of one core, since the look before. */
  readonly cpu: number;
  /** Resident memory, in KiB. */
  readonly mem: number;
}

/** One line of a file of `db/metrics`: one minute of one process. */
export interface MetricLine {
  /** Epoch seconds of the beginning of the minute. */
  readonly time: number;
  readonly name: string;
  /** Means of the minute's looks, then their maxima. */
  readonly cpu: number;
  readonly mem: number;
  readonly cpu_max: number;
  readonly mem_max: number;
}

interface Sums {
  looks: number;
  cpu: number;
  mem: number;
  cpuMax: number;
  memMax: number;
}

const MINUTE = 60_000;

/**
 * Gathers what processes use, and writes a line a process a minute to the day's
 * file of `db/metrics`. The lines of a minute are one write.
 *
 * @example
 * ```ts
 * import { runtimeRoot } from "../root.ts";
 * import { MetricsWriter } from "./metrics_writer.ts";
 *
 * const writer = new MetricsWriter(runtimeRoot("."));
 * writer.add({ "myapp-3000": { cpu: 2.5, mem: 450_000 } }, Date.now());
 * writer.flush();
 * ```
 */
export class MetricsWriter {
  readonly #root: RuntimeRoot;
  /** Minutes since the epoch. */
  #minute = 0;
  #sums = new Map<string, Sums>();

  constructor(root: RuntimeRoot) {
    this.#root = root;
  }

  /**
   * Adds one look at the processes. A look of another minute, earlier ones
   * included, writes what was gathered before.
   *
   * @param usages By name.
   * @param now Epoch milliseconds.
   * @throws whatever the file system says; the look is added all the same.
   */
  add(usages: Readonly<Record<string, Usage>>, now: number): void {
    const minute = Math.floor(now / MINUTE);
    try {
      if (minute !== this.#minute) this.flush();
    } finally {
      this.#minute = minute;
      for (const [name, usage] of Object.entries(usages)) this.#addOne(name, usage);
    }
  }

  /**
   * Writes what was gathered and not written yet.
   *
   * @throws whatever the file system says; what could not be written is dropped.
   */
  flush(): void {
    if (this.#sums.size === 0) return;
    const time = this.#minute * MINUTE / 1000;
    const lines = [...this.#sums].map(([name, sums]) => lineOf(time, name, sums));
    // Dropped even if the write below fails: on a full disk they would pile up in memory.
    this.#sums = new Map();
    appendJsonLines(dayPath(this.#root.metrics, new Date(time * 1000)), lines);
  }

  #addOne(name: string, { cpu, mem }: Usage): void {
    const sums = this.#sums.get(name);
    if (!sums) {
      this.#sums.set(name, { looks: 1, cpu, mem, cpuMax: cpu, memMax: mem });
      return;
    }
    sums.looks++;
    sums.cpu += cpu;
    sums.mem += mem;
    sums.cpuMax = Math.max(sums.cpuMax, cpu);
    sums.memMax = Math.max(sums.memMax, mem);
  }
}

function lineOf(time: number, name: string, sums: Sums): MetricLine {
  return {
    time,
    name,
    cpu: Math.round(sums.cpu / sums.looks * 10) / 10,
    mem: Math.round(sums.mem / sums.looks),
    cpu_max: sums.cpuMax,
    mem_max: sums.memMax,
  };
}
