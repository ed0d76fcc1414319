let isSafe = false;

/**
 * Has this program collect garbage and give the system back what is free, soon after. Deno has no
 * `gc()`: started with `DENO_USR2_MEMORY_TRIM` (`program/own_environment.ts`), it takes a SIGUSR2 for
 * that order. Otherwise nothing happens.
 */
export function freeMemory(): void {
  // Where Deno has no handler of its own, the signal would end this program. Never removed: Deno
  // looks for listeners some time after the signal has come.
  if (!isSafe) Deno.addSignalListener("SIGUSR2", () => {});
  isSafe = true;
  Deno.kill(Deno.pid, "SIGUSR2");
}
