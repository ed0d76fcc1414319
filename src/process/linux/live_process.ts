import { delay } from "@std/async/delay";
import { isZombie } from "../process_table.ts";
import { TICKS_PER_SECOND } from "./process_clock.ts";
import { readProcesses } from "./read_process_table.ts";
import { runShell } from "../run_shell.ts";

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

/** Its command line, the words separated by blanks; empty where that cannot be read. */
export async function readCommandLine(pid: number): Promise<string> {
  return (await runShell('cat "/proc/$1/cmdline"', String(pid))).replaceAll("\0", " ").trim();
}
