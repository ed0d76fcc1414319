/**
 * The first port from 3000 up that nobody listens on and no process of ours is
 * meant for.
 *
 * @throws {Deno.errors.AddrInUse} if there is none.
 */
export function firstFreePort(
  listening: ReadonlyMap<number, string>,
  taken: ReadonlySet<number>,
): number {
  for (let port = 3000; port <= 65535; port++) {
    if (!listening.has(port) && !taken.has(port)) return port;
  }
  throw new Deno.errors.AddrInUse("no port from 3000 up is free");
}
