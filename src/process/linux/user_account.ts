import { lookUpUser, type PasswdEntry } from "../user.ts";
import { runShell } from "../run_shell.ts";

/** A user that this supervisor can run a process as. */
export interface UserAccount extends PasswdEntry {
  /** The path of `setpriv`, which becomes that user and keeps pid and session. */
  readonly setpriv: string;
}

/**
 * Finds the user to run a process as.
 *
 * @param name A user's name or number.
 * @throws {Deno.errors.NotFound} if there is no such user.
 * @throws {Deno.errors.PermissionDenied} if this supervisor cannot become it:
 * only root can, and only with `setpriv`, which keeps pid and session.
 */
export async function findUser(name: string): Promise<UserAccount> {
  const account = await lookUpUser(name);
  if (Deno.uid() !== 0) {
    throw new Deno.errors.PermissionDenied(
      `only a supervisor that runs as root can run a process as '${name}'; start it as root`,
    );
  }
  const setpriv = (await runShell("command -v setpriv")).trim();
  if (setpriv === "") {
    throw new Deno.errors.PermissionDenied(
      `running a process as '${name}' takes 'setpriv'; install util-linux`,
    );
  }
  return { ...account, setpriv };
}

/** The words before a program that make it run as `user`; none for the supervisor's own. */
export function userPrefix(user: UserAccount | undefined): readonly string[] {
  if (!user) return [];
  return [
    user.setpriv,
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--init-groups",
    "--no-new-privs",
    "--",
  ];
}
