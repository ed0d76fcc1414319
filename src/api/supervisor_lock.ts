import { openIfThere } from "../files/read_at.ts";
import type { RuntimeRoot } from "../root.ts";

/**
 * Tells whether a supervisor lives: its lock ends with it, however it dies.
 * Needs no permission but to read.
 */
export function isSupervisorAlive(root: RuntimeRoot): boolean {
  const file = openIfThere(root.supervisorLock);
  if (file === undefined) return false;
  // Closed at once: a supervisor that boots just now must get its lock.
  using _ = file;
  return !file.tryLockSync(false);
}

/**
 * Tries to take the supervisor's lock.
 *
 * @returns the lock, held until it is closed, or `undefined` if another holds it.
 */
export function tryLockSupervisor(root: RuntimeRoot): Deno.FsFile | undefined {
  const file = Deno.openSync(root.supervisorLock, { read: true, write: true, create: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  return undefined;
}
