/** Exit codes, after sysexits.h. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 64,
  notFound: 66,
  unavailable: 69,
} as const;

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Deno.errors.InvalidData) return EXIT.usage;
  if (error instanceof Deno.errors.NotFound) return EXIT.notFound;
  if (error instanceof Deno.errors.NotConnected) return EXIT.unavailable;
  return EXIT.failed;
}
