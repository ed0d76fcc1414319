const decoder = new TextDecoder();

/**
 * Runs a short `/bin/sh` script and gives what it printed. `/proc` and the like
 * are read this way because Deno lets only a program with all permissions do it.
 *
 * @param script The script; its arguments are `$1`, `$2` …, never part of it.
 * @returns its standard output, whatever its exit code was.
 * @throws {Deno.errors.Interrupted} if it was killed: what it printed is not all then.
 */
export async function runShell(script: string, ...args: readonly string[]): Promise<string> {
  return decoder.decode(await runShellBytes(script, ...args));
}

/** The same for a script that only reads: killed by somebody, it is run once more. */
export async function readByShell(script: string, ...args: readonly string[]): Promise<string> {
  try {
    return await runShell(script, ...args);
  } catch (error) {
    if (!(error instanceof Deno.errors.Interrupted)) throw error;
    return await runShell(script, ...args);
  }
}

/**
 * Runs a program that only reads, without the shell that would have to become it; killed by
 * somebody, it is run once more.
 *
 * @returns its standard output; nothing where there is no such program.
 */
export async function readByProgram(program: string, ...args: readonly string[]): Promise<string> {
  const read = async () => decoder.decode(wholeOutput(await command(program, args).output()));
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    if (!(error instanceof Deno.errors.Interrupted)) throw error;
    return await read();
  }
}

/** The same, as bytes: for what need not be text. */
export async function runShellBytes(
  script: string,
  ...args: readonly string[]
): Promise<Uint8Array> {
  return wholeOutput(await shell(script, args).output());
}

/** The same, at once; for a command line that has nothing else to do meanwhile. */
export function runShellSync(script: string, ...args: readonly string[]): string {
  return decoder.decode(wholeOutput(shell(script, args).outputSync()));
}

/** Runs a script that says nothing, and tells whether it succeeded. */
export async function shellSucceeds(script: string, ...args: readonly string[]): Promise<boolean> {
  // No pipe is made: each would leave some 45 KB behind.
  const { success } = await shell(script, args, "null").spawn().status;
  return success;
}

function wholeOutput({ stdout, code, signal }: Deno.CommandOutput): Uint8Array {
  // So a shell tells that what it ran last was killed.
  const killed = signal ?? (code > 128 ? `signal ${code - 128}` : null);
  if (killed === null) return stdout;
  throw new Deno.errors.Interrupted(
    `a shell that looked at the system for tsm was killed (${killed}); try again`,
  );
}

function shell(
  script: string,
  args: readonly string[],
  stdout: "piped" | "null" = "piped",
): Deno.Command {
  return command("/bin/sh", ["-c", script, "sh", ...args], stdout);
}

function command(
  program: string,
  args: readonly string[],
  stdout: "piped" | "null" = "piped",
): Deno.Command {
  return new Deno.Command(program, { args: [...args], stdin: "null", stdout, stderr: "null" });
}
