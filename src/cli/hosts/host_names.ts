/**
 * Which machines a command is meant for.
 *
 * @module
 */

/** More would be as many programs and connections at the same time. */
const MAX_HOSTS = 256;

/**
 * What OpenSSH refuses in a name of a user or a host since 9.6, for a `ProxyCommand` with `%h` hands
 * it to a shell; older clients do not refuse it. Blanks and control characters are in no name.
 */
const FORBIDDEN = /[\s\p{C}'"`$\\;&<>|(){}*?!#]/u;

/**
 * The machines that are named by `--host`, or else by `TSM_HOSTS`, each once and in their order.
 *
 * @param given The values of `--host`.
 * @param variable The value of `TSM_HOSTS`: names with blanks or commas between them.
 * @returns none where the command is for this machine.
 * @throws {Deno.errors.InvalidData} for what is no name of a machine.
 *
 * @example
 * ```ts
 * import { hostNames } from "./host_names.ts";
 *
 * hostNames([], "web1, deploy@web2"); // ["web1", "deploy@web2"]
 * ```
 */
export function hostNames(
  given: readonly string[],
  variable: string | undefined,
): readonly string[] {
  const listed = (variable ?? "").split(/[\s,]+/).filter((name) => name !== "");
  const names = [...new Set(given.length > 0 ? given : listed)];
  for (const name of names) checkHost(name);
  if (names.length > MAX_HOSTS) {
    throw new Deno.errors.InvalidData(
      `Cannot ask ${names.length} machines at once: it takes ${MAX_HOSTS} at most; ask them in parts`,
    );
  }
  return names;
}

function checkHost(name: string): void {
  const problem = name === ""
    ? "it is empty"
    // Behind '@' too: the name of the host is handed on by itself.
    : /(^|@)-/.test(name)
    ? "ssh would take what begins with '-' for an option"
    : FORBIDDEN.test(name) || name.length > 300
    ? "no name of a machine has such characters"
    : undefined;
  if (problem === undefined) return;
  throw new Deno.errors.InvalidData(
    `Cannot reach the machine ${JSON.stringify(name)}: ${problem}; ` +
      "examples: web1, deploy@web1, ssh://deploy@web1:2222",
  );
}
