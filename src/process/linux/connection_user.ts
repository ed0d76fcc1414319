import { readByShell } from "../run_shell.ts";

/** 127.0.0.1 as the kernel writes it. */
const LOOPBACK = "0100007F";

/** The ends of a connection over 127.0.0.1, as ports. */
export interface ConnectionEnds {
  /** Of whoever has connected. */
  readonly remote: number;
  readonly local: number;
}

/**
 * Whose program has made a connection over 127.0.0.1.
 *
 * Format: proc(5), "/proc/net/tcp": the third and fourth word are the ends, the eighth is the user.
 *
 * @returns the uid; `undefined` if the connection is not there, or `/proc` tells nothing.
 */
export async function connectionUser(ends: ConnectionEnds): Promise<number | undefined> {
  return findConnectionUser(await readByShell("cat /proc/net/tcp"), ends);
}

/** The same from the text of `/proc/net/tcp`. */
export function findConnectionUser(text: string, ends: ConnectionEnds): number | undefined {
  const end = (port: number) => `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const line of text.split("\n")) {
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    // Their socket: what is remote to us is local to them.
    if (local === end(ends.remote) && remote === end(ends.local)) return Number(uid);
  }
  return undefined;
}
