/**
 * What the kernel says of processes.
 *
 * @module
 */

const MS_PER_TICK = 10;

/** CPU time of processes and of the children they have buried, in milliseconds. */
export function cpuTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = stat(pid).slice(11).map(Number);
    return sum + (user + system + childUser + childSystem) * MS_PER_TICK;
  }, 0);
}

/** CPU time of the commands that this program has run to their end, in milliseconds. */
export function cpuTimeOfCommands(): number {
  const [user = 0, system = 0] = stat("self").slice(13).map(Number);
  return (user + system) * MS_PER_TICK;
}

/** Resident memory in KiB; what several processes share counts once. */
export function memory(pids: readonly number[]): number {
  return sumOf(pids, pids.length > 1 ? "Pss" : "Rss");
}

/**
 * Private memory in KiB that no file backs. Pages of a program's file are left out: they are counted
 * as private or not by whether another process of that program happens to run.
 */
export function privateMemory(pids: readonly number[]): number {
  return sumOf(pids, "Anonymous");
}

/** A figure of `/proc/PID/smaps_rollup`, of several processes together. */
function sumOf(pids: readonly number[], field: string): number {
  return pids.reduce((sum, pid) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    return sum + Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  }, 0);
}

/** Whether a process of this pid runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    return !"ZX".includes(stat(pid)[0]!);
  } catch {
    return false;
  }
}

/** The pids of the children of `parent`. */
export function childrenOf(parent: number): number[] {
  return allPids().filter((pid) => {
    try {
      return Number(stat(pid)[1]) === parent;
    } catch {
      return false;
    }
  });
}

/** Ends, without a warning, whatever carries `mark` in its environment. */
export function killMarked(mark: string): void {
  for (const pid of allPids()) {
    try {
      if (pid === Deno.pid) continue;
      const variables = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
      if (variables.includes(mark)) Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended, or is another user's.
    }
  }
}

function allPids(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => pid > 0);
}

/** The fields of `/proc/PID/stat` from the state on. */
function stat(pid: number | "self"): readonly string[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}
