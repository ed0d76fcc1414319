/**
 * Another user of the same machine, played by a uid that nobody has.
 *
 * @module
 */
/** The attacker's uid and gid; no entry of `/etc/passwd` has them. */
export const ATTACKER = 64_123;

/** Whether these tests may act as somebody else: root may. */
export const IS_ROOT = Deno.uid() === 0;

/** The name of a test that needs root, which says so where it is left out. */
export function asRoot(name: string): { readonly name: string; readonly ignore: boolean } {
  return {
    name: IS_ROOT ? name : `${name} (left out: only root can play another user)`,
    ignore: !IS_ROOT,
  };
}

/** The words that run `words` as the attacker; as oneself where that is not possible. */
export function asAttacker(...words: readonly string[]): readonly string[] {
  if (!IS_ROOT) return words;
  return ["setpriv", `--reuid=${ATTACKER}`, `--regid=${ATTACKER}`, "--clear-groups", ...words];
}

/** Runs a shell script as the attacker; its arguments are `$1`, `$2` … Gives what it printed. */
export async function attack(script: string, ...args: readonly string[]): Promise<string> {
  const [program, ...words] = asAttacker("/bin/sh", "-c", script, "sh", ...args);
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args: words,
    stdin: "null",
    cwd: "/",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`the attack failed: ${decode(stderr)}`);
  return decode(stdout);
}
