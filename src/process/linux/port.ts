/**
 * Which TCP ports are listened on, and by whom.
 *
 * Format: proc(5), "/proc/net/tcp".
 *
 * @module
 */
import { readProcesses, readProcessTable } from "./read_process_table.ts";
import { readByShell } from "../run_shell.ts";
import { sharedRead } from "../../async/shared_read.ts";

/** Who listens on a port. */
export interface PortHolder {
  readonly pid: number;
  readonly session: number;
  readonly comm: string;
}

const LISTEN = "0A";

/** A socket that somebody listens with. */
export interface ListeningSocket {
  readonly port: number;
  readonly inode: string;
}

/**
 * Reads which sockets are listened with, on any address, of IPv4 or IPv6; those that share a port
 * are several. Calls made while one read is under way share the next.
 *
 * @throws {Deno.errors.UnexpectedEof} if they cannot be read: what is not found may be taken.
 */
export const readListeningSockets: () => Promise<readonly ListeningSocket[]> = sharedRead(
  async () => {
    const text = await readByShell("cat /proc/net/tcp /proc/net/tcp6");
    // Its first line has the names of the columns, whether anybody listens or not.
    if (text.includes("local_address")) return parseListeningSockets(text);
    throw new Deno.errors.UnexpectedEof(
      "Cannot read which ports are in use; is /proc mounted, and is 'cat' that of the system?",
    );
  },
);

/** The same as {@linkcode readListeningSockets}: the inode of one socket for each port. */
export async function readListeningPorts(): Promise<ReadonlyMap<number, string>> {
  return new Map((await readListeningSockets()).map(({ port, inode }) => [port, inode]));
}

/** Reads the text of `/proc/net/tcp` and `tcp6`, one behind the other. */
export function parseListeningSockets(text: string): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const [, local, , state] = fields;
    if (state !== LISTEN || local === undefined) continue;
    const port = parseInt(local.slice(local.lastIndexOf(":") + 1), 16);
    sockets.push({ port, inode: fields[9] ?? "0" });
  }
  return sockets;
}

/**
 * The ports on which the processes of a session listen by sockets of their own, whoever else
 * listens on them.
 *
 * @param leader The pid of the leader of the session.
 */
export async function listeningPortsOf(leader: number): Promise<ReadonlySet<number>> {
  const sockets = await readListeningSockets();
  const members = [...(await readProcessTable()).values()].filter(({ session }) =>
    session === leader
  );
  return await portsHeldBy(members.map(({ pid }) => pid), sockets);
}

/** Whether a session listens on a port by a socket of its own. */
export async function listensOn(leader: number, port: number): Promise<boolean> {
  // Usually it is the leader that does, and no process table need be read.
  const ports = await portsHeldBy([leader], await readListeningSockets());
  return ports.has(port) || (await listeningPortsOf(leader)).has(port);
}

async function portsHeldBy(
  pids: readonly number[],
  sockets: readonly ListeningSocket[],
): Promise<ReadonlySet<number>> {
  if (pids.length === 0 || sockets.length === 0) return new Set();
  const listing = await readByShell(`ls -l ${pids.map((pid) => `/proc/${pid}/fd`).join(" ")}`);
  const held = new Set([...listing.matchAll(/-> socket:\[(\d+)\]/g)].map(([, inode]) => inode!));
  return new Set(sockets.filter(({ inode }) => held.has(inode)).map(({ port }) => port));
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
