import { isRunning } from "../../meta/status.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { readSpecFields } from "../../meta/spec_fields.ts";
import { migratesConnections } from "../../process/linux/migrates_connections.ts";
import type { RuntimeRoot } from "../../root.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "ports";

/**
 * Looks whether a connection that waits for a worker that ends is given to another one of the same
 * port: of processes that share a port, where there are some.
 */
export async function checkPorts({ root }: Context): Promise<readonly CheckResult[]> {
  const sharing = listProcesses(root).metas.find(({ name, status }) =>
    isRunning(status) && sharesPort(root, name)
  );
  if (!sharing) return [];
  const migrates = await migratesConnections();
  if (migrates) {
    const message = "connections that wait for a worker that ends are given to another one";
    return [{ check, status: "ok", message }];
  }
  const message = `'${sharing.name}' shares its port: connections that wait for a worker that ` +
    "ends, as in a reload, are reset by the kernel";
  const fix = migrates === undefined
    ? "Linux 5.14 and newer can give them to another worker (net.ipv4.tcp_migrate_req)"
    : "sysctl -w net.ipv4.tcp_migrate_req=1, which gives them to another worker; to keep it, " +
      "put that into /etc/sysctl.d";
  return [{ check, status: "note", message, fix }];
}

function sharesPort(root: RuntimeRoot, name: string): boolean {
  try {
    return readSpecFields(root, name).share_port === true;
  } catch {
    // What is wrong with it is told by the check of processes.
    return false;
  }
}
