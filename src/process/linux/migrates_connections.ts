import { runShell } from "../run_shell.ts";

/** Where the kernel says whether it does so; Linux 5.14 and newer. */
const MIGRATES = "/proc/sys/net/ipv4/tcp_migrate_req";

/**
 * Whether the kernel gives a connection that waits at a socket which is closed to another socket
 * of the same port; `undefined` where it cannot.
 */
export async function migratesConnections(): Promise<boolean | undefined> {
  // Deno itself reads nothing there without all permissions.
  const text = (await runShell(`cat ${MIGRATES}`)).trim();
  return text === "" ? undefined : text === "1";
}
