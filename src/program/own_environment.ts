/**
 * The environment this program was given, which turns neither `fetch` nor Deno away.
 *
 * @module
 */

/**
 * What a supervisor is started with so that it gives memory back. The allocator of glibc else keeps
 * an arena a thread, and what was freed: with 100 processes that is a fifth of the supervisor's own
 * memory; another libc does not know the names. The last one has Deno free memory at a SIGUSR2,
 * which `process/free_memory.ts` sends.
 */
export const MEMORY_VARIABLES: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "65536",
  MALLOC_MMAP_THRESHOLD_: "65536",
  DENO_USR2_MEMORY_TRIM: "1",
};

let given: Readonly<Record<string, string>> | undefined;

/** The environment as it was given, for those that are started from it. */
export function givenEnvironment(): Readonly<Record<string, string>> {
  return given ??= Deno.env.toObject();
}

/**
 * Deletes from this program's own environment what leads `fetch` elsewhere or keeps it from
 * starting: a proxy would get our requests, token and all, whatever `no_proxy` says;
 * `DENO_CERT` and `DENO_TLS_CA_STORE` fail where they name nothing; `DENO_SERVE_ADDRESS`
 * overrides a port. To be called before the first `fetch`: Deno reads them only then. What
 * frees memory has been read by now, and is meant for no other program.
 */
export function scrubEnvironment(): void {
  for (const name of Object.keys(givenEnvironment())) {
    // Without a regular expression: making one that knows no case takes longer than all the rest.
    const upper = name.toUpperCase();
    const leadsElsewhere = upper.startsWith("DENO_") || upper.endsWith("_PROXY");
    if (leadsElsewhere || name in MEMORY_VARIABLES) Deno.env.delete(name);
  }
}
