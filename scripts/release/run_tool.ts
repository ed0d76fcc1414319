/** What a program is run with. */
interface ToolOptions {
  readonly cwd?: string;
  /** Variables over those there are. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program of the system to its end, its messages on stderr.
 *
 * ```ts
 * await runTool(["git", "log", "-1", "--format=%ct"]); // "1795867096"
 * ```
 *
 * @returns What it printed, without the line end.
 * @throws {Error} if it is not there, or fails.
 */
export async function runTool(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {} }: ToolOptions = {},
): Promise<string> {
  const options = { args, env, stdin: "null", stderr: "inherit", ...cwd && { cwd } } as const;
  const { success, stdout } = await new Deno.Command(program, options).output();
  if (!success) throw new Error(`'${program} ${args.join(" ")}' failed; see above`);
  return new TextDecoder().decode(stdout).trimEnd();
}
