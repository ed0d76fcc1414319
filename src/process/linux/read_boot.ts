import { parseRecord } from "./read_process_table.ts";
import { readByShell } from "../run_shell.ts";

/** What tells one run of a machine from another. */
export interface Boot {
  /** The kernel's name for it. */
  readonly boot_id: string;
  /**
   * Clock ticks from boot to the start of pid 1, which is another one in each run of a container.
   * Where /proc hides the processes of others (hidepid), nobody but root can tell: `null`.
   */
  readonly pid1_start: number | null;
}

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/**
 * Reads which run of the machine this is.
 *
 * @throws {Deno.errors.UnexpectedEof} if it cannot be read: taken for another boot, all processes
 * that live would be recorded as ended.
 */
export async function readBoot(): Promise<Boot> {
  const [bootId = "", ...stat] = (await readByShell(`cat ${BOOT_ID} /proc/1/stat`)).trimEnd()
    .split("\n");
  if (bootId === "") {
    throw new Deno.errors.UnexpectedEof(
      `Cannot tell this boot from the last one: ${BOOT_ID} cannot be read; ` +
        "is /proc mounted, and is 'cat' that of the system?",
    );
  }
  const { start } = parseRecord(stat.join("\n"));
  return { boot_id: bootId, pid1_start: Number.isFinite(start) ? start : null };
}
