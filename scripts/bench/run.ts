import type { Call } from "./contender.ts";

/** What every command and daemon of a benchmark gets as its environment. */
let common: Readonly<Record<string, string>> = {};

/**
 * Sets the environment of everything that is run from now on.
 *
 * @param dir The benchmark's directory, its processes' home and their mark.
 */
export function setEnvironment(dir: string): void {
  common = {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    HOME: dir,
    LANG: "C.UTF-8",
    TSM_BENCH: dir,
  };
}

/** The environment that {@linkcode setEnvironment} has set. */
export function environment(): Readonly<Record<string, string>> {
  return common;
}

/** A call as a command: nothing of it reaches the terminal. */
export function command({ argv, env }: Call, stdout: "null" | "piped" = "null"): Deno.Command {
  const [program, ...args] = argv as [string, ...string[]];
  return new Deno.Command(program, {
    args,
    env: { ...common, ...env },
    clearEnv: true,
    cwd: common.HOME!,
    stdin: "null",
    stdout,
    stderr: "null",
  });
}

/**
 * Runs a call to its end.
 *
 * @throws {Error} if it fails.
 */
export async function run(call: Call): Promise<void> {
  // A daemon that the call starts may hold our pipes: none are made.
  const { code } = await command(call).spawn().status;
  if (code !== 0) throw new Error(`'${call.argv.join(" ")}' ended with exit code ${code}`);
}

/** The same, giving what it printed; not for calls that start a daemon. */
export async function outputOf(call: Call): Promise<string> {
  const { stdout } = await command(call, "piped").output();
  return new TextDecoder().decode(stdout);
}

/** The path of a program, or `undefined` where there is none. */
export async function which(program: string): Promise<string | undefined> {
  const path = Deno.env.get("PATH") ?? "/usr/bin:/bin";
  for (const dir of [...path.split(":"), "/usr/sbin", "/sbin"]) {
    const info = await Deno.stat(`${dir}/${program}`).catch(() => undefined);
    if (info?.isFile) return `${dir}/${program}`;
  }
  return undefined;
}
