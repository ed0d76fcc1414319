import { findPortHolder } from "../../process/linux/port.ts";
import type { ManagedProcess } from "../process/managed_process.ts";

/** What the use of ports takes to know of a process. */
export type PortUser = Pick<ManagedProcess, "meta" | "run">;

/** The ports that `processes` are meant for, whether they run or not. */
export function portsInUse(processes: readonly PortUser[]): ReadonlySet<number> {
  return new Set(processes.flatMap(({ meta: { port } }) => port === null ? [] : [port]));
}

/**
 * Says who holds a port that somebody listens on.
 *
 * @param processes Those of the supervisor, to be told by their names.
 * @param inode The socket's.
 */
export async function portHeldError(
  processes: readonly PortUser[],
  port: number,
  inode: string,
): Promise<Error> {
  const holder = await findPortHolder(inode);
  const ours = processes.find(({ run }) => run && run.pid === holder?.session);
  const who = holder === undefined
    ? "another user's process"
    : ours
    ? `'${ours.meta.name}' (pid ${holder.pid})`
    : `${holder.comm} (pid ${holder.pid})`;
  return new Deno.errors.AddrInUse(
    `port ${port} is held by ${who}; stop that, or take another port, or '--port auto'`,
  );
}
