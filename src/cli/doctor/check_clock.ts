import { listProcesses } from "../../meta/list_processes.ts";
import { runShell } from "../../process/run_shell.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "clock";
/** tsm is younger than this. */
const BEGINNING = Date.UTC(2025, 0);
/** Seconds two readings of a good clock may differ. */
const TOLERANCE = 60;

/** Looks whether the clock can be right: times of logs and history hang on it. */
export async function checkClock({ root }: Context): Promise<readonly CheckResult[]> {
  const now = Date.now();
  const shown = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const fix = "set it: 'timedatectl set-ntp true', or install chrony";
  if (now < BEGINNING) {
    return [{ check, status: "problem", message: `it says ${shown}, which is long ago`, fix }];
  }
  const future = listProcesses(root).metas.find(({ start_time }) =>
    start_time !== null && start_time > now / 1000 + TOLERANCE
  );
  if (future) {
    const message = `it says ${shown}, and '${future.name}' was started later: it was set back`;
    return [{ check, status: "problem", message, fix }];
  }
  const synchronized = await runShell("timedatectl show -p NTPSynchronized --value");
  if (synchronized === "no\n") {
    const message = `it says ${shown}, and is not kept right by the network`;
    return [{ check, status: "note", message, fix }];
  }
  return [{ check, status: "ok", message: `it says ${shown}` }];
}
