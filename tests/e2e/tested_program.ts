/**
 * The tsm that the end-to-end tests drive: the source, bundled as it is now, or with
 * `TSM_BINARY` a binary. A bundle starts in two thirds of the time that the source takes.
 *
 * @module
 */
import { fromFileUrl, join, resolve } from "@std/path/posix";
import { bundle } from "../../scripts/bundle.ts";
import { PERMISSION_FLAGS } from "../../src/permissions.ts";

const PROJECT = fromFileUrl(new URL("../..", import.meta.url));
/** Each bundle in a directory named after what it was made of, with the permissions of all. */
const BUNDLES = join(PROJECT, "dist/test-bundles");
/** Milliseconds for which a bundle is kept that no test has asked for. */
const KEPT = 3_600_000;

/** The words that run `main`, a main module, with the permissions of the binary. */
export function denoCommand(main: string): readonly string[] {
  return [Deno.execPath(), "run", ...PERMISSION_FLAGS, main];
}

/** The main module of the source. */
export const SOURCE_MAIN = join(PROJECT, "main.ts");

/** The main module of a bundle of the source as it is now, which is made if need be. */
export async function bundleMain(): Promise<string> {
  await Deno.mkdir(BUNDLES, { recursive: true });
  // Test files run in parallel: the first one makes it, the others await that.
  using lock = await Deno.open(join(BUNDLES, "lock"), { create: true, write: true });
  await lock.lock(true);
  for (;;) {
    const hash = await hashOfSource();
    const dir = join(BUNDLES, hash);
    if (await Deno.stat(dir).then(() => true, () => false)) {
      await Deno.utime(dir, new Date(), new Date());
      return join(dir, "main.js");
    }
    await removeUnused();
    const part = join(BUNDLES, "part");
    await Deno.remove(part, { recursive: true }).catch(() => {});
    await bundle(part);
    // Somebody may have saved a file meanwhile.
    if (await hashOfSource() === hash) await Deno.rename(part, dir);
  }
}

const program = await testedProgram();

/** The words that run the tsm that is tested. */
export function tsmCommand(): readonly string[] {
  return program;
}

async function testedProgram(): Promise<readonly string[]> {
  const binary = Deno.env.get("TSM_BINARY");
  return binary === undefined ? denoCommand(await bundleMain()) : [resolve(binary)];
}

/** A hash of everything that a bundle is made of. */
async function hashOfSource(): Promise<string> {
  const files = ["main.ts", "deno.json", "deno.lock", "scripts/bundle.ts", ...filesBelow("src")];
  const texts = files.map((file) => [file, Deno.readTextFileSync(join(PROJECT, file))]);
  const bytes = new TextEncoder().encode(JSON.stringify([Deno.version.deno, texts]));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).slice(0, 16).toHex();
}

function filesBelow(dir: string): string[] {
  const entries = [...Deno.readDirSync(join(PROJECT, dir))];
  return entries.flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${dir}/${name}`) : [`${dir}/${name}`]
  ).sort();
}

async function removeUnused(): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(BUNDLES)) {
    const dir = join(BUNDLES, name);
    if (!isDirectory || Date.now() - (await Deno.stat(dir)).mtime!.getTime() < KEPT) continue;
    await Deno.remove(dir, { recursive: true });
  }
}
