/**
 * Which TCP ports are listened on, and by whom.
 *
 * Format: proc(5), "/proc/net/tcp".
 *
 * @module
 */
import { readProcesses } from "./process_table.ts";
import { readByShell } from "./run_shell.ts";
import { sharedRead } from "../async/shared_read.ts";

/** Who listens on a port. */
export interface PortHolder {
  readonly pid: number;
  readonly session: number;
  readonly comm: string;
}

const LISTEN = "0A";

/**
 * Reads which ports are listened on, on any address, of IPv4 or IPv6: the inode of a
 * listening socket for each port. Calls made while one read is under way share the next.
 *
 * @throws {Deno.errors.UnexpectedEof} if they cannot be read: what is not found may be taken.
 */
export const readListeningPorts: () => Promise<ReadonlyMap<number, string>> = sharedRead(
  async () => {
    const text = await readByShell("cat /proc/net/tcp /proc/net/tcp6");
    // Its first line has the names of the columns, whether anybody listens or not.
    if (text.includes("local_address")) return parseListeningPorts(text);
    throw new Deno.errors.UnexpectedEof(
      "Cannot read which ports are in use; is /proc mounted, and is 'cat' that of the system?",
    );
  },
);

/** Reads the text of `/proc/net/tcp` and `tcp6`, one behind the other. */
export function parseListeningPorts(text: string): ReadonlyMap<number, string> {
  const ports = new Map<number, string>();
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const [, local, , state] = fields;
    if (state !== LISTEN || local === undefined) continue;
    ports.set(parseInt(local.slice(local.lastIndexOf(":") + 1), 16), fields[9] ?? "0");
  }
  return ports;
}

/**
 * Finds who listens on `port`. Takes a look at every open file of every process,
 * so it is for messages only.
 *
 * @param inode The socket's, from {@linkcode readListeningPorts}.
 * @returns `undefined` where it belongs to a user whose files we may not see.
 */
export async function findPortHolder(inode: string): Promise<PortHolder | undefined> {
  const listing = await readByShell("ls -l /proc/[0-9]*/fd");
  const pids = listing.split(/^\/proc\/(?=\d+\/fd:$)/m)
    .filter((files) => files.includes(`-> socket:[${inode}]`))
    .map((files) => parseInt(files));
  // Those it has made may have it as well, if only until they become another program.
  const [holder] = [...(await readProcesses(pids)).values()].sort((a, b) => a.start - b.start);
  return holder && { pid: holder.pid, session: holder.session, comm: holder.comm };
}

/**
 * The first port from 3000 up that nobody listens on and no process of ours is
 * meant for.
 *
 * @throws {Deno.errors.AddrInUse} if there is none.
 */
export function firstFreePort(
  listening: ReadonlyMap<number, string>,
  taken: ReadonlySet<number>,
): number {
  for (let port = 3000; port <= 65535; port++) {
    if (!listening.has(port) && !taken.has(port)) return port;
  }
  throw new Deno.errors.AddrInUse("no port from 3000 up is free");
}
