import { readByShell } from "../run_shell.ts";
import { lookUpUser } from "../user.ts";

// The real uid, which is that of whoever started it: a set-uid program has another effective one.
const READ_UIDS = `
for pid; do
  while read -r key uid rest; do
    [ "$key" != Uid: ] || { echo "$pid $uid"; break; }
  done <"/proc/$pid/status"
done 2>/dev/null
`;

/**
 * Leaves out of `pids` what another user has started. Whoever likes can put our names into an
 * environment; only root sees the environments of others, so only root has to ask.
 *
 * @param user Whom the process they may belong to runs as, by name or number; `null`: us.
 * @throws {Deno.errors.UnexpectedEof} if it cannot be found out who that user is.
 */
export async function ownPids(
  pids: readonly number[],
  user: string | null,
): Promise<ReadonlySet<number>> {
  if (pids.length === 0 || Deno.uid() !== 0) return new Set(pids);
  return await withUid(pids, user === null ? [0] : [0, await uidOf(user)]);
}

/**
 * Leaves out of `pids`, which hold a file of a process, what its user has not started. A user can
 * hand the file to a program of somebody else, which may be left holding it; only where the process
 * is root's may that be said to belong to it.
 *
 * @param user Whom the process runs as, by name or number; `null`: us.
 * @throws {Deno.errors.UnexpectedEof} if it cannot be found out who that user is.
 */
export async function startedBy(
  pids: readonly number[],
  user: string | null,
): Promise<ReadonlySet<number>> {
  if (pids.length === 0 || Deno.uid() !== 0 || user === null) return new Set(pids);
  return await withUid(pids, [await uidOf(user)]);
}

async function withUid(
  pids: readonly number[],
  wanted: readonly number[],
): Promise<ReadonlySet<number>> {
  const lines = (await readByShell(READ_UIDS, ...pids.map(String))).trimEnd().split("\n");
  const owners = lines.map((line) => line.split(" ").map(Number));
  return new Set(owners.flatMap(([pid, uid]) => wanted.includes(uid!) ? [pid!] : []));
}

/** A user that has been removed meanwhile starts nothing any more. */
async function uidOf(user: string): Promise<number> {
  try {
    return (await lookUpUser(user)).uid;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
