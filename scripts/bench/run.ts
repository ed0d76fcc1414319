import type { Call } from "./contender.ts";

/** What every command and daemon of a benchmark gets as its environment. */
let common: Readonly<Record<string, string>> = {};
/** Milliseconds that a call may take. */
let patience = Infinity;

/**
 * Sets the environment of everything that is run from now on.
 *
 * @param dir The benchmark's directory, its processes' home and their mark.
 * @param longest Milliseconds that a call may take.
 */
export function setEnvironment(dir: string, longest: number): void {
  patience = longest;
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
 * @throws {Deno.errors.TimedOut} if it does not end, and is killed.
 * @throws {Error} if it fails.
 */
export async function run(call: Call): Promise<void> {
  // A daemon that the call starts may hold our pipes: none are made.
  const child = command(call).spawn();
  const { code } = await endOf(call, child, child.status);
  if (code !== 0) throw new Error(`'${call.argv.join(" ")}' ended with exit code ${code}`);
}

/** The same, giving what it printed; not for calls that start a daemon. */
export async function outputOf(call: Call): Promise<string> {
  const child = command(call, "piped").spawn();
  const { stdout } = await endOf(call, child, child.output());
  return new TextDecoder().decode(stdout);
}

/** Awaits the end of a child, which is killed where that takes too long. */
async function endOf<T>({ argv }: Call, child: Deno.ChildProcess, end: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended.
    }
    reject(new Deno.errors.TimedOut(`'${argv.join(" ")}' has not ended in ${patience / 1000} s`));
  }, Math.min(patience, 2 ** 31 - 1));
  try {
    return await Promise.race([end, promise]);
  } finally {
    clearTimeout(timer);
  }
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
