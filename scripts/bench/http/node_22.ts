import { fromNpm, type Installed } from "../contenders/npm_cache.ts";

const ARCH = Deno.build.arch === "x86_64" ? "x64" : "arm64";
/** The platform's own package: the program alone, without scripts that run at its installation. */
const PACKAGE = `node-linux-${ARCH}`;
const VERSION = "22.23.3";

/**
 * A node whose servers can share a port, which that of the system may be too old for. It comes
 * from npm, into the cache.
 *
 * @param mayInstall Whether it may be fetched where it is not cached.
 * @returns the directory of the program `node`, or why there is none.
 */
export async function findNode22(mayInstall: boolean): Promise<Installed> {
  const installed = await fromNpm([`${PACKAGE}@${VERSION}`], mayInstall);
  return "dir" in installed ? { dir: `${installed.dir}/node_modules/${PACKAGE}/bin` } : installed;
}
