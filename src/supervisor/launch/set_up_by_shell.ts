/**
 * Programs that a shell sets up, for another user or within limits.
 *
 * Nothing of another user's takes effect in a program that still is root: root's programs have
 * an environment of their own, and the working directory, the limits and the variables are set
 * by a shell that is that user already. Without a user the same shell serves, for a variable
 * that is called as one of its own, or `IFS`, must not change what it does.
 *
 * @module
 */
import { isFile } from "../../files/path_info.ts";
import { removeIfThere } from "../../files/replace_file.ts";
import type { Environment } from "../../program/environment.ts";
import { limitArguments, type Limits, SET_LIMITS, TAKE_LIMITS } from "../../process/limits.ts";
import type { Program } from "./spawn_in_session.ts";
import { SYSTEM_PATH } from "../../process/system_path.ts";
import { type UserAccount, userPrefix } from "../../process/linux/user_account.ts";

/** The environment of root's own programs. */
const SYSTEM: Environment = { PATH: SYSTEM_PATH };

/**
 * What the shell does. Its variables come last: one that is called like a variable
 * of this script would change what the lines above do.
 */
const SET_UP = `
${TAKE_LIMITS}
cwd=$1; open=$2; shift 2
variables=$(command -p cat) || exit 125
${SET_LIMITS}
cd -- "$cwd" || exit 125
unset OLDPWD
eval "$variables" || exit 125
[ -z "$open" ] || exec "$@" <&3 3<&-
exec "$@" </dev/null
`;

/** For whom and within what a program is to run. */
export interface SetUp {
  readonly user?: UserAccount | undefined;
  readonly limits?: Limits | undefined;
  /** The fifo that becomes its standard input. */
  readonly fifo?: string | undefined;
}

/** What opens the standard input that is to be, as a file with the number 3. */
const OPEN = 'exec 3<>"$1"; shift; cd /; exec "$@"';

/** A program that is set up by a shell, and the file that the shell reads its variables from. */
export interface SetUpProgram extends Disposable {
  readonly program: Program;
  readonly stdin: Deno.FsFile;
}

/**
 * Makes a program that sets up another one and becomes it. The variables go through a file that
 * is removed before the program starts: in `argv` others could read them.
 *
 * @param handover The path of that file; only the supervisor's user may reach it.
 * @throws {Deno.errors.NotSupported} if a variable has a name that only bash hands on, and there
 * is no bash.
 *
 * @example
 * ```ts
 * import { setUpByShell } from "./set_up_by_shell.ts";
 * import { spawnInSession } from "./spawn_in_session.ts";
 *
 * const program = { argv: ["id"], cwd: "/", env: { A: "1" } } as const;
 * using setUp = setUpByShell(program, { user }, "env.handover");
 * spawnInSession(setUp.program, { stdin: setUp.stdin, stdout, stderr });
 * ```
 */
export function setUpByShell(
  { argv, cwd, env }: Program,
  { user, limits, fifo }: SetUp,
  handover: string,
): SetUpProgram {
  const [named, odd] = splitByName(env);
  const shell = [...shellFor(odd), "-c", SET_UP, "sh", ...limitArguments(limits), cwd, fifo ?? ""];
  const exports = Object.entries(named).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  removeIfThere(handover);
  Deno.writeTextFileSync(handover, exports.join(""), { mode: 0o600, createNew: true });
  const stdin = Deno.openSync(handover);
  Deno.removeSync(handover);
  // Another user does not get to the fifo by its path: it is opened before.
  const opening = fifo === undefined ? [] : [...shellFor(odd), "-c", OPEN, "sh", fifo];
  return {
    program: {
      argv: [...opening, ...userPrefix(user), ...shell, ...argv] as unknown as Program["argv"],
      cwd: fifo === undefined ? "/" : Deno.cwd(),
      // No program that is root looks at a variable with an odd name, or at one of tsm's, by
      // which the process is found if the supervisor dies now.
      env: { ...SYSTEM, ...odd, ...ownOf(named) },
    },
    stdin,
    [Symbol.dispose]: () => stdin.close(),
  };
}

function ownOf(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("TSM_")));
}

/**
 * The words that run a shell which hands on all variables of `env`.
 *
 * @throws {Deno.errors.NotSupported} if only bash does, and there is none.
 */
export function shellKeeping(env: Environment): readonly string[] {
  return shellFor(splitByName(env)[1]);
}

/**
 * The shell that hands on variables with these names: dash and busybox drop those that no
 * program text can name, as `spring.datasource.password`, bash keeps them.
 *
 * @throws {Deno.errors.NotSupported} if only bash does, and there is none.
 */
function shellFor(odd: Environment): readonly string[] {
  const [name] = Object.keys(odd);
  if (name === undefined) return ["/bin/sh"];
  const bash = ["/bin/bash", "/usr/bin/bash"].find(isFile);
  // Without -p, bash would take functions of the user's from the environment, also as root.
  if (bash) return [bash, "-p"];
  throw new Deno.errors.NotSupported(
    `its variable '${name}' gets lost on the way: only bash hands on a variable of that name to ` +
      "a process with a user, limits or a log_pipe; install bash, or give the variable another name",
  );
}

/** Variables that a shell can name, and those that it cannot. */
function splitByName(env: Environment): readonly [named: Environment, odd: Environment] {
  const isNamed = ([name]: [string, string]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  const entries = Object.entries(env);
  return [
    Object.fromEntries(entries.filter(isNamed)),
    Object.fromEntries(entries.filter((entry) => !isNamed(entry))),
  ];
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
