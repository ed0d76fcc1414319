import { readSupervisorFile } from "../../api/supervisor_file.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { readSoftLimits } from "../../process/linux/read_limits.ts";
import type { RuntimeRoot } from "../../root.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "limits";

/** What is too little of a limit that processes inherit from their supervisor. */
const LIMITS = [
  { name: "Max open files", minimum: 1024, flag: "-n", status: "problem" },
  { name: "Max processes", minimum: 256, flag: "-u", status: "problem" },
  { name: "Max file size", minimum: Infinity, flag: "-f", status: "note" },
] as const;

/** Looks at the limits of the supervisor, or, without one, at those it would get from here. */
export async function checkLimits({ root }: Context): Promise<readonly CheckResult[]> {
  const limits = await readSoftLimits(supervisorPid(root));
  const findings = LIMITS.flatMap(({ name, minimum, flag, status }): CheckResult[] => {
    const soft = limits.get(name);
    if (soft === undefined || soft >= minimum) return [];
    const enough = minimum === Infinity ? "unlimited" : String(minimum);
    return [{
      check,
      status,
      message: `${name.toLowerCase()}: ${soft}, for each of your processes`,
      fix: `ulimit ${flag} ${enough}, then 'tsm shutdown --keep-processes' and any command: ` +
        "what is started from then on has it",
    }];
  });
  if (findings.length > 0) return findings;
  return [{ check, status: "ok", message: "open files, processes and file sizes are enough" }];
}

function supervisorPid(root: RuntimeRoot): number | undefined {
  try {
    return isSupervisorAlive(root) ? readSupervisorFile(root)?.pid : undefined;
  } catch {
    // That it is damaged is told by another check.
    return undefined;
  }
}
