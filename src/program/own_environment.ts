/**
 * The environment this program was given, which turns neither `fetch` nor Deno away.
 *
 * @module
 */

let given: Readonly<Record<string, string>> | undefined;

/** The environment as it was given, for those that are started from it. */
export function givenEnvironment(): Readonly<Record<string, string>> {
  return given ??= Deno.env.toObject();
}

/**
 * Deletes from this program's own environment what leads `fetch` elsewhere or keeps it from
 * starting: a proxy would get our requests, token and all, whatever `no_proxy` says;
 * `DENO_CERT` and `DENO_TLS_CA_STORE` fail where they name nothing; `DENO_SERVE_ADDRESS`
 * overrides a port. To be called before the first `fetch`: Deno reads them only then.
 */
export function scrubEnvironment(): void {
  for (const name of Object.keys(givenEnvironment())) {
    if (/^DENO_|_proxy$/i.test(name)) Deno.env.delete(name);
  }
}
