import { inSession } from "../../process/linux/in_session.ts";
import type { Environment } from "../../program/environment.ts";

/** A program, and what it begins with. */
export interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * Open files that become a program's own; the caller closes its handles afterwards. In the place
 * of one that is missing, the program has `/dev/null`.
 */
export interface StandardFiles extends Output {
  /** `piped`: from us, by the child's `stdin`. */
  readonly stdin?: Deno.FsFile | "piped";
}

/** Where a program writes to. */
export interface Output {
  /** `piped`: to us, as the child's `stdout`. */
  readonly stdout?: Deno.FsFile | "piped";
  readonly stderr?: Deno.FsFile;
}

/**
 * Starts a program in a session of its own, its input and output on open files. It gets
 * exactly the environment of `program`, and no other file that is open here.
 *
 * @returns the child, whose pid is that of the program and of its session.
 * @throws {Deno.errors.NotFound} if its working directory is gone.
 * @throws whatever the system says when no process can be made.
 *
 * @example
 * ```ts
 * import { spawnInSession } from "./spawn_in_session.ts";
 *
 * using log = Deno.openSync("/tmp/date.log", { append: true, create: true });
 * const program = { argv: ["date"], cwd: "/", env: { PATH: "/usr/bin:/bin" } } as const;
 * spawnInSession(program, { stdout: log, stderr: log });
 * ```
 */
export function spawnInSession(program: Program, files: StandardFiles): Deno.ChildProcess {
  const { stdin, stdout, stderr } = files;
  const { command, ...how } = inSession(program.argv);
  return new Deno.Command(command, {
    ...how,
    cwd: program.cwd,
    env: usable(program.env),
    clearEnv: true,
    stdin: ends(stdin),
    stdout: ends(stdout),
    stderr: ends(stderr),
  }).spawn();
}

function ends(file: Deno.FsFile | "piped" | undefined): "piped" | "null" {
  return file === "piped" ? file : file ? handle(file) : "null";
}

/**
 * An open file as `Deno.Command` takes it: the number of the resource, which its types do not
 * list, though it is what Deno itself hands over for a file.
 *
 * @throws {TypeError} if this version of Deno keeps that number elsewhere.
 */
function handle(file: Deno.FsFile): "null" {
  const rid = Object.getOwnPropertySymbols(file).find(({ description }) =>
    description === "Deno.internal.rid"
  );
  const number: unknown = rid && Reflect.get(file, rid);
  if (typeof number === "number") return number as unknown as "null";
  throw new TypeError(
    `Deno ${Deno.version.deno} no longer keeps the number of an open file behind the symbol ` +
      "'Deno.internal.rid'; find out where it does, and mend src/supervisor/launch/spawn_in_session.ts",
  );
}

/** Without the names that no environment can hold. */
function usable(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== "" && !/[=\0]/.test(name)),
  );
}
