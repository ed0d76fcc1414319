import { runShellBytes } from "../run_shell.ts";

/** The environment that the process `pid` was started with, each variable ended by a NUL. */
export function readEnviron(pid: number): Promise<Uint8Array> {
  return runShellBytes('exec cat "/proc/$1/environ"', String(pid));
}
