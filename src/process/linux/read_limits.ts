import { runShell } from "../run_shell.ts";

/**
 * Reads the soft limits of a process; `undefined`: of this program.
 *
 * @returns each by its name in `/proc/PID/limits`; `Infinity`: there is none.
 */
export async function readSoftLimits(
  pid: number | undefined,
): Promise<ReadonlyMap<string, number>> {
  const text = await runShell('cat "/proc/$1/limits"', String(pid ?? "self"));
  return new Map(
    [...text.matchAll(/^(.*?) {2,}(\d+|unlimited) /gm)].map(([, name, soft]) => [
      name!,
      soft === "unlimited" ? Infinity : Number(soft),
    ]),
  );
}
