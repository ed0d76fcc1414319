/**
 * Names of variables that hold secrets by what everybody calls them: `DB_PASSWORD`, `API_KEY`,
 * `GITHUB_TOKEN`, `apiToken`.
 */
const SECRET_NAME =
  /secret|token|passw(or)?d|passphrase|credential|private|(^|_)(pass|pwd|pat|auth|dsn|salt|cookie)($|_)|(api|access|account|encryption|signing|license|master|service)_?key|(^|_)key$|connection_?string/i;

/** A URL with a password in it: `postgres://user:password@host/db`. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/**
 * Whether a variable of the environment is to be taken for a secret, by its name or by a password
 * in its value: it is then not shown, and not written anywhere.
 *
 * It is a guess on the safe side. What is no secret and is taken for one has to be given anew;
 * what is one and is not recognised would be given away.
 *
 * @example
 * ```ts
 * import { isSecret } from "./is_secret.ts";
 *
 * isSecret("DB_PASSWORD", "x"); // true
 * isSecret("DATABASE_URL", "postgres://app:x@db/shop"); // true
 * isSecret("PORT", "3000"); // false
 * ```
 */
export function isSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || PASSWORD_IN_URL.test(value);
}
