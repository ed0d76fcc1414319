import type { ProcessStats } from "../api/messages/stats.ts";
import type { ManagedProcess } from "./process/managed_process.ts";

const MIB = 1024 * 1024;

/** Restarts a process that, with all that belongs to it, holds more memory than it may. */
export function limitMemory(process: ManagedProcess, stats: ProcessStats | undefined): void {
  const { run, spec: { max_memory } } = process;
  const held = (stats?.mem ?? 0) * 1024;
  if (!run || max_memory === 0 || held <= max_memory) return;
  const reason = `memory: ${inMib(held)} held, ${inMib(max_memory)} allowed`;
  process.restartFor(run, "memory", reason).catch(() => {
    // The supervisor is leaving, or the disk is full: the next tick tries again.
  });
}

function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
