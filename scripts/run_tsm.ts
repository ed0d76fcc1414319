/** The binary that measurements run: `deno task build` makes it. */
const BINARY = new URL("../dist/tsm", import.meta.url).pathname;

/**
 * Runs a command of tsm to its end, in `dir` and with the root `dir/root`.
 *
 * @returns how long it took, in milliseconds.
 * @throws {Error} if it fails, with what it said.
 */
export async function runTsm(dir: string, args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const { code, stderr } = await new Deno.Command(BINARY, {
    args: [...args],
    cwd: dir,
    env: { TSM_ROOT: `${dir}/root` },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code === 0) return performance.now() - begun;
  throw new Error(`tsm ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
