import { runShell } from "../run_shell.ts";

/**
 * Finds the pid of whoever holds a lock on a file, by the file's inode.
 *
 * @returns `undefined` where nobody does, or where it is a process outside of this container: it is
 * shown with the pid 0 or -1 then, and a `kill` of those would end other processes.
 */
export async function findLockHolder(inode: number): Promise<number | undefined> {
  const locks = await runShell("cat /proc/locks");
  const line = locks.split("\n").find((line) => line.includes(`:${inode} `));
  const pid = Number(line?.split(/\s+/)[4]);
  return pid > 0 ? pid : undefined;
}
