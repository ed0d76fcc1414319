import { type ProcessEntry, readProcesses } from "../../process/process_table.ts";
import { readStdioTable } from "../../process/stdio_table.ts";

/** Finds the processes whose standard output or standard error is one of `logs`. */
export async function findLogHolders(logs: readonly string[]): Promise<readonly ProcessEntry[]> {
  const table = await readStdioTable();
  const pids = logs.flatMap((log) => table.get(realPath(log)) ?? []);
  return pids.length === 0 ? [] : [...(await readProcesses(pids)).values()];
}

/** As the kernel tells it; the path itself where nothing is there. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
