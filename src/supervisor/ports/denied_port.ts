import { lastLines } from "../../logs/last_lines.ts";
import type { Spec } from "../../meta/spec.ts";

/** The ports that take a right, unless the system says otherwise (net.ipv4.ip_unprivileged_port_start). */
const PRIVILEGED_BELOW = 1024;

/** What looking for a denied port takes to know of a process. */
export interface DeniedPortUser {
  readonly spec: Pick<Spec, "port" | "user">;
  readonly directory: { readonly errPath: string };
}

/** How programs say that they may not bind a port: the message of the system, and its name. */
const DENIED = /EACCES|permission denied/i;

/**
 * Says that a process has ended because it may not listen on its port.
 *
 * @param ended The process, whose run has ended.
 * @param errSize Size of its `current.err` before the launch, in bytes: what follows is of the run.
 * @returns `undefined` if there is no such reason.
 */
export function deniedPortReason(
  { spec: { port, user }, directory: { errPath } }: DeniedPortUser,
  errSize: number,
): string | undefined {
  const isRoot = user === null && Deno.uid() === 0;
  if (port === null || port >= PRIVILEGED_BELOW || isRoot) return undefined;
  if (!lastLines(errPath, 20, errSize).some((line) => DENIED.test(line))) return undefined;
  return `port ${port} is below ${PRIVILEGED_BELOW}, where only root may listen; take another port, ` +
    "give its program the right ('setcap cap_net_bind_service=+ep'), or lower the bound: " +
    `'sysctl -w net.ipv4.ip_unprivileged_port_start=${port}'`;
}
