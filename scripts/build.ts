/**
 * Builds `dist/tsm`: bundles the source, which makes it start faster, and
 * compiles the bundle with the permissions of `src/permissions.ts`.
 *
 * `DENORT_BIN` names a local copy of Deno's runtime stub, for networks that do not reach its
 * download host.
 *
 * @module
 */
import { join } from "@std/path";
import { messageOf } from "../src/errors.ts";
import { bundle } from "./bundle.ts";
import { sourceCommit } from "./source_commit.ts";
import { COMPILE_FLAGS } from "./compile_flags.ts";

const project = join(import.meta.dirname!, "..");
const dist = join(project, "dist");
const bundled = join(dist, "bundle");

await Deno.mkdir(dist, { recursive: true });
const stub = Deno.env.get("DENORT_BIN");
if (stub !== undefined && !await Deno.stat(stub).then((info) => info.isFile, () => false)) {
  console.error(`build: DENORT_BIN names '${stub}', which is no file`);
  Deno.exit(1);
}
await Deno.remove(bundled, { recursive: true }).catch(() => {});
try {
  await bundle(bundled, await sourceCommit(project));
} catch (error) {
  console.error(`build: ${messageOf(error)}`);
  Deno.exit(1);
}
const compile = new Deno.Command(Deno.execPath(), {
  args: ["compile", ...COMPILE_FLAGS, "--output", "dist/tsm", "dist/bundle/main.js"],
  cwd: project,
  stdin: "null",
});
if (!(await compile.spawn().status).success) {
  console.error(
    "build: the binary could not be compiled; if that is because Deno's runtime stub (denort) " +
      "could not be fetched, set DENORT_BIN to a local copy of it for Deno " + Deno.version.deno,
  );
  Deno.exit(1);
}
await Deno.remove(bundled, { recursive: true });
const { size } = await Deno.stat(join(dist, "tsm"));
console.log(`dist/tsm: ${Math.round(size / 1024 / 1024)} MB`);
