import type { Shortage } from "../api/shortage.ts";
import { MAX_STRANGERS } from "../api/server/bounded_server.ts";
import { raiseOpenFileLimit, readOpenFiles } from "../process/linux/open_file_limit.ts";
import { STREAMS } from "../logs/log_problems.ts";
import { AT_ONCE } from "../async/in_parallel.ts";

/** Open in any supervisor: its streams, its lock, its listeners, and what Deno itself opens. */
const ALWAYS = 24;
/** What a process takes for as long as it runs: by its pidfd Deno learns of its end. */
const PER_PROCESS = 1;
/** What its logs take where they are held open: each log, and the time index of one that grows. */
const LOGS_PER_PROCESS = 2 * STREAMS.length;
/**
 * Kept free for what comes and goes: strangers at both ports, two pipes and a pidfd for each
 * launch of a `restart all`, and the programs that look at the system.
 */
const RESERVE = 2 * MAX_STRANGERS + 3 * AT_ONCE + 40;
/** Of a low limit no more than this share is kept free. */
const RESERVE_SHARE = 1 / 3;
/** From this share of the limit on, users are told. */
const NEAR = 0.8;

/**
 * Counts the supervisor's descriptors against its limit, so that a start is refused while there
 * are enough left to stop and restart what runs.
 */
export class DescriptorBudget {
  #limit = Infinity;
  /** Open at the last look, without the logs, which are held open only where there is room. */
  #used = 0;
  /** Whether the system grants no more. */
  #isHighest = false;
  /** Processes that were added since. */
  #added = 0;

  /**
   * Counts anew.
   *
   * @param logs How many of the open descriptors are logs.
   */
  async look(logs: number): Promise<void> {
    const { open, limit } = await readOpenFiles();
    this.#limit = limit;
    this.#used = open - logs;
    this.#added = 0;
  }

  /** Raises the limit, where the system lets it, before so many processes bring it near. */
  async makeRoom(processes: number): Promise<void> {
    if (this.#needed(processes) < this.#limit * NEAR) return;
    await this.#raise(processes);
  }

  /**
   * The same where the logs of so many processes could not be held open: to look at the paths of a
   * thousand silent ones takes six times as long. Not at a start, for programs that are launched under
   * a raised limit cost one more, which gives them the former one.
   */
  async makeRoomForLogs(processes: number): Promise<void> {
    if (!this.mayHoldLogs(processes)) await this.#raise(processes);
  }

  /** Whether the logs of so many processes may be held open. */
  mayHoldLogs(processes: number): boolean {
    return this.hasRoomFor(LOGS_PER_PROCESS * processes, processes);
  }

  /** Whether so many files more may be open beside so many processes. */
  hasRoomFor(files: number, processes: number): boolean {
    return this.#needed(processes) + files <= this.#limit;
  }

  /**
   * Takes a process in.
   *
   * @param processes How many there are.
   * @throws {Deno.errors.Busy} if it would cross the limit.
   */
  admit(processes: number): void {
    const needed = this.#needed(processes) + PER_PROCESS;
    if (needed > this.#limit) {
      throw new Deno.errors.Busy(
        `the supervisor may have ${this.#limit} files open, too few for ${processes + 1} ` +
          `processes; ${moreFiles(needed)}`,
      );
    }
    this.#added += PER_PROCESS;
  }

  /** What is said where so many processes bring the supervisor near its limit. */
  shortage(processes: number): Shortage | undefined {
    const needed = this.#needed(processes);
    if (needed < this.#limit * NEAR) return undefined;
    return {
      message: `the supervisor needs ${needed} of the ${this.#limit} files it may have open: ` +
        "soon it refuses to start more",
      fix: moreFiles(needed),
    };
  }

  /** Raises the limit to what so many processes and their logs need. */
  async #raise(processes: number): Promise<void> {
    if (this.#isHighest) return;
    const needed = this.#needed(processes) + LOGS_PER_PROCESS * processes;
    const raised = await raiseOpenFileLimit(enoughFor(needed));
    this.#isHighest = raised === undefined;
    this.#limit = raised ?? this.#limit;
  }

  /** What is needed with so many processes, beside logs that are held open. */
  #needed(processes: number): number {
    const present = Math.max(this.#used + this.#added, ALWAYS + processes * PER_PROCESS);
    return present + Math.floor(Math.min(RESERVE, this.#limit * RESERVE_SHARE));
  }
}

/** A limit that is not reached again soon. */
function enoughFor(needed: number): number {
  return Math.max(4096, 2 ** Math.ceil(Math.log2(2 * needed)));
}

/** How the limit is raised. */
function moreFiles(needed: number): string {
  const enough = enoughFor(needed);
  return `'ulimit -n ${enough}', then 'tsm shutdown --keep-processes' and any command; ` +
    `of a service: LimitNOFILE=${enough} in its unit`;
}
