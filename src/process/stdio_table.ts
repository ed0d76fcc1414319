import { sharedRead } from "../async/shared_read.ts";
import { readByShell } from "./run_shell.ts";

/**
 * Reads which processes have which file as their standard output or standard error: pids by
 * path. Calls made while a read is under way share the next one.
 */
export const readStdioTable: () => Promise<ReadonlyMap<string, readonly number[]>> = sharedRead(
  async () => parseStdioTable(await readByShell("ls -l /proc/[0-9]*/fd/[12]")),
);

/** Reads the answer of `ls`: a line ends in `/proc/PID/fd/NUMBER -> PATH`. */
export function parseStdioTable(text: string): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, number[]>();
  for (const [, pid, path] of text.matchAll(/ \/proc\/(\d+)\/fd\/[12] -> (.*)$/gm)) {
    const pids = table.get(path!);
    if (pids) pids.push(Number(pid));
    else table.set(path!, [Number(pid)]);
  }
  return table;
}
