/**
 * Builds `dist/tsm`: bundles the source, which makes it start faster, and
 * compiles the bundle with the permissions of `src/permissions.ts`.
 *
 * `DENORT_BIN` names a local copy of Deno's runtime stub, where its download host
 * is out of reach.
 *
 * @module
 */
import { join } from "@std/path";
import { PERMISSION_FLAGS } from "../src/permissions.ts";

const project = join(import.meta.dirname!, "..");
const dist = join(project, "dist");

async function deno(...args: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: project, stdin: "null" });
  return (await command.spawn().status).success;
}

await Deno.mkdir(dist, { recursive: true });
const stub = Deno.env.get("DENORT_BIN");
if (stub !== undefined && !await Deno.stat(stub).then((info) => info.isFile, () => false)) {
  console.error(`build: DENORT_BIN names '${stub}', which is no file`);
  Deno.exit(1);
}
// Split, so that a command loads only what it needs: one file of everything starts slower.
const bundle = join(dist, "bundle");
await Deno.remove(bundle, { recursive: true }).catch(() => {});
const split = ["--code-splitting", "--outdir", "dist/bundle"];
if (!await deno("bundle", "--quiet", "--minify", ...split, "main.ts")) {
  console.error("build: the source could not be bundled; see above");
  Deno.exit(1);
}
// A code cache would lie in /tmp under a name that any local user can plant.
const compiled = await deno(
  "compile",
  "--quiet",
  "--no-code-cache",
  "--no-check",
  "--no-lock",
  "--no-config",
  ...PERMISSION_FLAGS,
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
