import { delay } from "@std/async/delay";
import { basename } from "@std/path";
import { isZombie, readProcesses, TICKS_PER_SECOND } from "../process/process_table.ts";
import { runShell, runShellBytes } from "../process/run_shell.ts";

/** A living process, as `/proc` shows it. */
export interface LiveProcess {
  readonly pid: number;
  /** Its `start` in the process table. */
  readonly start: number;
  /** Epoch seconds of its start. */
  readonly startTime: number;
  readonly argv: readonly string[];
  readonly cwd: string | null;
  /** Where its stdout and stderr lead. */
  readonly outputs: readonly string[];
}

const LOOK = `
cd "/proc/$1" || exit
for link in cwd fd/1 fd/2; do readlink "$link" || echo; done
tr '\\0' '\\n' <cmdline
`;

/** Looks at the process `pid`, or returns `undefined` if there is none. */
export async function readLiveProcess(pid: number): Promise<LiveProcess | undefined> {
  const entry = (await readProcesses([pid])).get(pid);
  if (!entry || isZombie(entry)) return undefined;
  const [cwd, out, err, ...argv] = await look(pid);
  const age = Deno.osUptime() - entry.start / TICKS_PER_SECOND;
  return {
    pid,
    start: entry.start,
    startTime: Math.floor(Date.now() / 1000 - age),
    argv: argv.slice(0, -1),
    cwd: cwd?.startsWith("/") ? cwd.replace(/ \(deleted\)$/, "") : null,
    outputs: [out ?? "", err ?? ""],
  };
}

/** How often a process without arguments is looked at. */
const LOOKS = 10;

async function look(pid: number): Promise<readonly string[]> {
  for (let looks = 1;; looks++) {
    const lines = (await runShell(LOOK, String(pid))).split("\n");
    // For a moment while it begins to execute a program, a process has no arguments.
    if (lines.length !== 4 || looks === LOOKS) return lines;
    await delay(10);
  }
}

/** The environment it was started with, each variable ended by a NUL. */
export function readEnviron(pid: number): Promise<Uint8Array> {
  return runShellBytes('exec cat "/proc/$1/environ"', String(pid));
}

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
