import { run, which } from "../run.ts";

/** Packages of npm: where they are, or why they are not. */
export type Installed = { readonly dir: string } | { readonly reason: string };

/**
 * Finds packages of npm in the cache; they are installed there the first time.
 *
 * @param packages Each with its version, the main one first: `["pm2@7.0.4"]`.
 * @param mayInstall Whether they may be fetched where they are not cached.
 */
export async function fromNpm(
  packages: readonly [string, ...string[]],
  mayInstall: boolean,
): Promise<Installed> {
  const dir = `${cacheDirectory()}/${packages[0].replace("@", "-")}`;
  const isThere = await Deno.stat(`${dir}/node_modules`).then(() => true, () => false);
  if (isThere) return { dir };
  if (!mayInstall) return { reason: `not in ${dir}; a full run installs it` };
  if (await which("npm") === undefined) return { reason: "npm, which installs it, is missing" };
  console.error(`installing ${packages.join(" and ")} into ${dir}`);
  return await install(packages, dir) ? { dir } : { reason: "npm could not install it" };
}

function cacheDirectory(): string {
  return `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/tsm`;
}

async function install(packages: readonly string[], dir: string): Promise<boolean> {
  const work = await Deno.makeTempDir({ prefix: "tsm-bench-npm-" });
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--prefix", work, ...flags, ...packages],
    stdin: "null",
    stdout: "null",
  }).spawn().status;
  if (success) {
    // Whole or not at all, also where it is interrupted or another does the same.
    const copy = `${dir}.${crypto.randomUUID()}`;
    await Deno.mkdir(copy, { recursive: true });
    await run({ argv: ["/bin/cp", "-a", `${work}/.`, copy] });
    await Deno.rename(copy, dir).catch(() => Deno.remove(copy, { recursive: true }));
  }
  await Deno.remove(work, { recursive: true });
  return success;
}
