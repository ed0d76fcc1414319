import { readSupervisorFile } from "../../api/supervisor_file.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { findPortHolder, readListeningPorts } from "../../process/linux/port.ts";
import { settingValue } from "../../settings/settings_file.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "metrics";

/**
 * Looks who listens on the port that Prometheus sends its token to: while no supervisor has it, any
 * user of the machine may.
 */
export async function checkMetrics({ root }: Context): Promise<readonly CheckResult[]> {
  const port = settingValue(root, "metrics_port") as number | null;
  if (port === null) return [];
  const inode = (await readListeningPorts()).get(port);
  if (inode === undefined) {
    return [{
      check,
      status: "note",
      message:
        `nobody listens on metrics_port ${port}: another user may, and is then sent the token`,
      fix: "'tsm ping' starts the supervisor",
    }];
  }
  const holder = await findPortHolder(inode);
  const supervisor = isSupervisorAlive(root) ? readSupervisorFile(root)?.pid : undefined;
  if (holder !== undefined && holder.pid === supervisor) {
    return [{ check, status: "ok", message: `the supervisor listens on metrics_port ${port}` }];
  }
  const who = holder ? `pid ${holder.pid} (${holder.comm})` : "another user's process";
  return [{
    check,
    status: "problem",
    message: `${who} listens on metrics_port ${port}: it is sent the token of Prometheus`,
    fix: "end it, or 'tsm set metrics_port' another port; then 'tsm token metrics --renew'",
  }];
}
