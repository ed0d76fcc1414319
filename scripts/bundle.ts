/**
 * Bundles the source, which makes it start faster: for the binary, and for the tests.
 *
 * @module
 */
import { basename, join } from "@std/path/posix";
import { COMMIT_MARK } from "../src/version.ts";
import { nameByContent } from "./name_by_content.ts";

/**
 * The modules that get a bundle of their own each, which shares no file with the others; the reason
 * is told in them.
 */
const ALONE = ["src/cli/ls_main.ts", "src/cli/start_main.ts"];

/** The page of `tsm web`, which runs in browsers: `src/web/page_files.ts` finds its bundle. */
const PAGE = { entry: "src/web/page/main.tsx", bundled: "page/page.js" };

const PROJECT = join(import.meta.dirname!, "..");

/**
 * Writes the bundle of `main.ts` to a directory, which may hold none yet.
 *
 * @param dir Where `main.js` and the files that it loads come to lie.
 * @param commit What `tsm version` says it was built from; by default `source`.
 * @throws {Error} if something could not be bundled; Deno has said on stderr why.
 */
export async function bundle(dir: string, commit?: string): Promise<void> {
  // Split, so that a command loads only what it needs: one file of everything starts slower.
  for (const entry of ["main.ts", ...ALONE]) {
    await runBundle(["--code-splitting", "--outdir", dir], entry);
  }
  for (const entry of ALONE) await useAlone(dir, entry);
  if (commit !== undefined) await putCommit(dir, commit);
  await nameByContent(dir);
  await runBundle(["--platform=browser", "--output", join(dir, PAGE.bundled)], PAGE.entry);
}

async function runBundle(flags: readonly string[], entry: string): Promise<void> {
  const args = ["bundle", "--quiet", "--minify", ...flags, entry];
  const child = new Deno.Command(Deno.execPath(), { args, cwd: PROJECT, stdin: "null" }).spawn();
  if (!(await child.status).success) throw new Error(`${entry} could not be bundled; see above`);
}

/** Puts the commit in the place of its mark. */
async function putCommit(dir: string, commit: string): Promise<void> {
  let marks = 0;
  for await (const { name } of Deno.readDir(dir)) {
    const text = await Deno.readTextFile(join(dir, name));
    if (!text.includes(COMMIT_MARK)) continue;
    marks++;
    await Deno.writeTextFile(join(dir, name), text.replaceAll(COMMIT_MARK, commit));
  }
  if (marks === 0) throw new Error(`the bundle holds no ${COMMIT_MARK} to put the commit in`);
}

/** Puts the bundle of an entry of {@linkcode ALONE} in the place of the one that shares. */
async function useAlone(dir: string, entry: string): Promise<void> {
  const name = basename(entry, ".ts");
  const shared = [...Deno.readDirSync(dir)].filter((file) => file.name.startsWith(`${name}-`));
  if (shared.length !== 1) throw new Error(`${shared.length} files begin with ${name}-, not one`);
  await Deno.rename(join(dir, `${name}.js`), join(dir, shared[0]!.name));
}
