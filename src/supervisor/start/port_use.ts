import { findPortHolder } from "../../process/port.ts";
import type { Supervisor } from "../supervisor.ts";

/** The ports that the processes of a supervisor are meant for. */
export function portsInUse(supervisor: Supervisor): ReadonlySet<number> {
  return new Set(supervisor.processes.map(({ meta }) => meta.port ?? 0));
}

/**
 * Refuses a port that somebody listens on.
 *
 * @param inode The socket's.
 * @throws {Deno.errors.AddrInUse} naming who it is.
 */
export async function refusePort(
  supervisor: Supervisor,
  port: number,
  inode: string,
): Promise<never> {
  const holder = await findPortHolder(inode);
  const ours = supervisor.processes.find(({ run }) => run && run.pid === holder?.session);
  const who = holder === undefined
    ? "another user's process"
    : ours
    ? `'${ours.meta.name}' (pid ${holder.pid})`
    : `${holder.comm} (pid ${holder.pid})`;
  throw new Deno.errors.AddrInUse(
    `port ${port} is held by ${who}; stop that, or take another port, or '--port auto'`,
  );
}
