import { request } from "../../api/client.ts";
import { type ProcessStats, statsMessage } from "../../api/messages/stats.ts";
import { findAddress } from "../../api/supervisor_file.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { isAlive, type ProcessTable } from "../../process/process_table.ts";
import { readProcesses } from "../../process/linux/read_process_table.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { RuntimeRoot } from "../../root.ts";
import type { ProcessRow } from "./state.ts";

/** How many samples of each process are kept. */
const MAX_SAMPLES = 60;
/** Milliseconds the supervisor may take to answer. */
const PATIENCE = 5000;

type Stats = Readonly<Record<string, ProcessStats>>;
type History = Pick<ProcessRow, "cpu" | "memory">;

const NO_HISTORY: History = { cpu: [], memory: [] };

/** Looks at the processes: their files as often as it is asked, what they use when told to. */
export class ProcessSampler {
  readonly #root: RuntimeRoot;
  #metas: readonly Meta[] = [];
  #stats: Stats = {};
  #histories: ReadonlyMap<string, History> = new Map();
  /** The processes that live, where no supervisor does. */
  #table: ProcessTable | undefined;

  constructor(root: RuntimeRoot) {
    this.#root = root;
  }

  /** Whether a supervisor lives. */
  get isSupervised(): boolean {
    return isSupervisorAlive(this.#root);
  }

  /** Every process as its files say it is, with what is known of its use. */
  rows(): ProcessRow[] {
    this.#metas = listProcesses(this.#root).metas;
    return this.#metas.map((meta): ProcessRow => {
      const isDead = meta.pid !== null && this.#table !== undefined &&
        !isAlive(this.#table, meta.pid, meta.pid_start);
      return {
        meta: isDead ? { ...meta, status: "dead" } : meta,
        stats: meta.pid === null || isDead ? undefined : this.#stats[meta.name],
        ...this.#histories.get(meta.name) ?? NO_HISTORY,
      };
    });
  }

  /**
   * Asks the supervisor what the processes use; where there is none, looks which live of those
   * there were last.
   */
  async sample(): Promise<void> {
    const metas = this.#metas;
    if (this.isSupervised) {
      this.#stats = await this.#ask();
      this.#table = undefined;
    } else {
      this.#stats = {};
      const pids = metas.flatMap(({ pid }) => pid === null ? [] : [pid]);
      this.#table = pids.length === 0 ? new Map() : await readProcesses(pids);
    }
    this.#histories = new Map(metas.map(({ name }) => {
      const { cpu, memory } = this.#histories.get(name) ?? NO_HISTORY;
      const stats = this.#stats[name];
      return [name, {
        cpu: [...cpu, stats?.cpu ?? 0].slice(-MAX_SAMPLES),
        memory: [...memory, stats?.mem ?? 0].slice(-MAX_SAMPLES),
      }];
    }));
  }

  async #ask(): Promise<Stats> {
    try {
      const address = findAddress(this.#root);
      return address
        ? (await request(address, statsMessage, {}, { patience: PATIENCE })).stats
        : {};
    } catch (error) {
      // It has just gone, or is busy: the next look will tell.
      if (error instanceof Deno.errors.NotConnected) return {};
      throw error;
    }
  }
}
