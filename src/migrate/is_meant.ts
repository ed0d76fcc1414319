import { basename } from "@std/path/posix";
import type { LiveProcess } from "../process/linux/live_process.ts";

/** What is known of a process that a pid is said to belong to. */
export interface Claim {
  /** The absolute paths of its logs. */
  readonly logs: readonly string[];
  /** Its command line, as far as it is known. */
  readonly command: string | null;
  /** Its working directory, as far as it is known. */
  readonly cwd: string | null;
  /** Epoch seconds when the pid was written down. */
  readonly noted: number;
}

/** Seconds by which times may differ that are rounded to whole seconds by different clocks. */
const TOLERANCE = 3;

/**
 * Tells whether a living process is the one that an old file means: it writes to
 * that process's logs, or it is older than the note of its pid and executes that command, or,
 * where that is not known, works in that directory. A pid alone is no proof: whoever is adopted is
 * ended by the next `stop`.
 */
export function isMeant(live: LiveProcess, { logs, command, cwd, noted }: Claim): boolean {
  if (live.outputs.some((output) => logs.includes(output))) return true;
  if (live.startTime > noted + TOLERANCE) return false;
  // Daemons of all kinds work in '/'.
  if (command === null) return cwd !== null && cwd !== "/" && cwd === live.cwd;
  if (live.argv.some((arg) => arg.includes(command))) return true;
  const words = command.split(/\s+/).filter((word) => word !== "");
  // The program is not enough where there is more: any script is run by 'python'.
  const telling = words.slice(1).filter((word) => !word.startsWith("-"));
  const names = (telling.length > 0 ? telling : words.slice(0, 1)).map((word) => basename(word));
  return names.length > 0 && live.argv.some((arg) => names.includes(basename(arg)));
}
