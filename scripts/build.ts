/**
 * Builds `dist/tsm`: bundles the source, which makes it start faster, and
 * compiles the bundle with the permissions of `src/permissions.ts`.
 *
 * `DENORT_BIN` names a local copy of Deno's runtime stub, where its download host
 * is out of reach.
 *
 * @module
 */
import { basename, join } from "@std/path";
import { COMPILE_FLAGS } from "./compile_flags.ts";

/** What gets a bundle of its own, which shares nothing with the others: see there. */
const ALONE = "src/cli/ls_main.ts";

const project = join(import.meta.dirname!, "..");
const dist = join(project, "dist");
const bundle = join(dist, "bundle");

async function deno(...args: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: project, stdin: "null" });
  return (await command.spawn().status).success;
}

/** Puts the bundle of {@linkcode ALONE} in the place of the one that shares. */
async function useAlone(): Promise<void> {
  const name = basename(ALONE, ".ts");
  const shared = [...Deno.readDirSync(bundle)].filter((file) => file.name.startsWith(`${name}-`));
  if (shared.length !== 1) throw new Error(`${shared.length} files begin with ${name}-, not one`);
  await Deno.rename(join(bundle, `${name}.js`), join(bundle, shared[0]!.name));
}

await Deno.mkdir(dist, { recursive: true });
const stub = Deno.env.get("DENORT_BIN");
if (stub !== undefined && !await Deno.stat(stub).then((info) => info.isFile, () => false)) {
  console.error(`build: DENORT_BIN names '${stub}', which is no file`);
  Deno.exit(1);
}
await Deno.remove(bundle, { recursive: true }).catch(() => {});
// Split, so that a command loads only what it needs: one file of everything starts slower.
const bundleSplit = ["bundle", "--quiet", "--minify", "--code-splitting", "--outdir", bundle];
for (const entry of ["main.ts", ALONE]) {
  if (await deno(...bundleSplit, entry)) continue;
  console.error(`build: ${entry} could not be bundled; see above`);
  Deno.exit(1);
}
await useAlone();
const compiled = await deno(
  "compile",
  ...COMPILE_FLAGS,
  "--output",
  "dist/tsm",
  "dist/bundle/main.js",
);
if (!compiled) {
  console.error(
    "build: the binary could not be compiled; if that is because Deno's runtime stub (denort) " +
      "could not be fetched, set DENORT_BIN to a local copy of it for Deno " + Deno.version.deno,
  );
  Deno.exit(1);
}
await Deno.remove(bundle, { recursive: true });
const { size } = await Deno.stat(join(dist, "tsm"));
console.log(`dist/tsm: ${Math.round(size / 1024 / 1024)} MB`);
