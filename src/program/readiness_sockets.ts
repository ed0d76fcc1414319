import { messageSocketPath, notifySocketPath, runtimeRoot } from "../root.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";
import type { Environment } from "./environment.ts";

/** The settings that tell by which sockets a process talks to its supervisor. */
export type SocketSettings = Pick<SpecSettings, "wait_ready" | "watchdog">;

/** Bytes that the path of a socket may have; the kernel puts a zero behind it. */
const MAX_PATH = 107;

/** Whether a process has a notify socket, for sd_notify(3). */
export function hasNotifySocket({ wait_ready, watchdog }: SocketSettings): boolean {
  return wait_ready === "notify" || watchdog > 0;
}

/** Whether a process of node's has a socket for what it says by `process.send`. */
export function hasMessageSocket({ wait_ready }: Pick<SocketSettings, "wait_ready">): boolean {
  return wait_ready === "message";
}

/**
 * The variables by which a process finds its sockets: its notify socket, as sd_notify(3) and
 * sd_watchdog_enabled(3) have them. `WATCHDOG_PID` is not set, which means any process: what the
 * pid will be is not known before the launch.
 */
export function socketVariables(
  { root, id, ...settings }: SocketSettings & { readonly root: string; readonly id: number },
): Environment {
  const paths = runtimeRoot(root);
  return {
    ...hasNotifySocket(settings) ? { NOTIFY_SOCKET: notifySocketPath(paths, id) } : {},
    ...settings.watchdog > 0 ? { WATCHDOG_USEC: String(settings.watchdog * 1000) } : {},
    ...hasMessageSocket(settings) ? { TSM_SEND_SOCKET: messageSocketPath(paths, id) } : {},
  };
}

/**
 * Refuses a root below which no process could reach a socket.
 *
 * @param root Absolute.
 * @throws {Deno.errors.InvalidData} if the path of the socket would be too long for the kernel.
 */
export function checkSocketPath(root: string): void {
  const path = messageSocketPath(runtimeRoot(root), 99_999);
  const { length } = new TextEncoder().encode(path);
  if (length <= MAX_PATH) return;
  throw new Deno.errors.InvalidData(
    `it is to say itself that it is ready, on a socket below the root, but '${root}' is ` +
      `${length - MAX_PATH} bytes too long for the path of a socket; take a shorter root, as in ` +
      "--root /srv/tsm, or another wait_ready",
  );
}
