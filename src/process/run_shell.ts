const decoder = new TextDecoder();

/**
 * Runs a short `/bin/sh` script and gives what it printed. `/proc` and the like
 * are read this way because Deno lets only a program with all permissions do it.
 *
 * @param script The script; its arguments are `$1`, `$2` …, never part of it.
 * @returns its standard output, whatever its exit code was.
 */
export async function runShell(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await shell(script, args).output();
  return decoder.decode(stdout);
}

/** The same, as bytes: for what need not be text. */
export async function runShellBytes(
  script: string,
  ...args: readonly string[]
): Promise<Uint8Array> {
  return (await shell(script, args).output()).stdout;
}

/** The same, at once; for a command line that has nothing else to do meanwhile. */
export function runShellSync(script: string, ...args: readonly string[]): string {
  return decoder.decode(shell(script, args).outputSync().stdout);
}

/** Runs a script that says nothing, and tells whether it succeeded. */
export async function shellSucceeds(script: string, ...args: readonly string[]): Promise<boolean> {
  // No pipe is made: each would leave some 45 KB behind.
  const { success } = await shell(script, args, "null").spawn().status;
  return success;
}

function shell(
  script: string,
  args: readonly string[],
  stdout: "piped" | "null" = "piped",
): Deno.Command {
  return new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...args],
    stdin: "null",
    stdout,
    stderr: "null",
  });
}
