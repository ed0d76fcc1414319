import { SYSTEM_PATH } from "./system_path.ts";
import { runShell } from "./run_shell.ts";

/** A user of the system, as `getent passwd` knows it. */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** The exit code of getent(1) where there is no such user. */
const NO_SUCH_KEY = "2";

/**
 * Looks a user up.
 *
 * @param name A user's name or number.
 * @throws {Deno.errors.NotFound} if there is no such user.
 * @throws {Deno.errors.UnexpectedEof} if that cannot be found out.
 */
export async function lookUpUser(name: string): Promise<PasswdEntry> {
  const lines = (await runShell('getent passwd "$1"; echo "$?"', name)).trimEnd().split("\n");
  const code = lines.at(-1);
  if (code !== "0" && code !== NO_SUCH_KEY) {
    throw new Deno.errors.UnexpectedEof(
      `cannot find out who '${name}' is: getent passwd '${name}' ended with code ${code}`,
    );
  }
  const line = lines.at(-2) ?? "";
  const [account, , uid, gid, , home, shell] = line.split(":");
  if (!account || uid === undefined || gid === undefined) {
    throw new Deno.errors.NotFound(`there is no user '${name}'; 'getent passwd' lists them`);
  }
  return {
    name: account,
    uid: Number(uid),
    gid: Number(gid),
    home: home || "/",
    shell: shell || "/bin/sh",
  };
}

/**
 * The environment of a login of `user`: who it is, the system's PATH, and the locale and time
 * zone of the machine. Of the shell that root happened to use there is nothing in it.
 *
 * @param own The supervisor's own environment.
 */
export function loginEnvironment(
  { name, uid, home, shell }: PasswdEntry,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const local = Object.entries(own).filter(([key]) => /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)$/.test(key));
  return {
    ...Object.fromEntries(local),
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    PATH: uid === 0 ? SYSTEM_PATH : "/usr/local/bin:/usr/bin:/bin",
  };
}
