/**
 * Tells whether a port of 127.0.0.1 can be listened on now.
 *
 * @throws whatever the system says, but that somebody listens there.
 *
 * @example
 * ```ts
 * import { isPortFree } from "./is_port_free.ts";
 *
 * console.log(isPortFree(4780)); // true
 * ```
 */
export function isPortFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
