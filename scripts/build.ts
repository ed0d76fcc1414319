/**
 * Builds `dist/tsm` for this machine, or with `--target NAME` `dist/NAME/tsm`.
 *
 * `DENORT_BIN` names a local copy of Deno's runtime stub for that target, for networks that do not
 * reach its download host.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path/posix";
import { messageOf } from "../src/errors.ts";
import { compileBinary } from "./release/compile_binary.ts";
import { findTarget } from "./release/targets.ts";

const args = parseArgs(Deno.args, {
  string: ["target"],
  unknown: (word) => {
    console.error(`build: '${word}' is not known; example: build --target aarch64-linux`);
    Deno.exit(64);
  },
});
try {
  const target = typeof args.target === "string" ? findTarget(args.target) : undefined;
  const output = target ? `dist/${target.name}/tsm` : "dist/tsm";
  const path = join(import.meta.dirname!, "..", output);
  await compileBinary({ output: path, target, stub: Deno.env.get("DENORT_BIN") });
  console.log(`${output}: ${Math.round((await Deno.stat(path)).size / 1024 / 1024)} MB`);
} catch (error) {
  console.error(`build: ${messageOf(error)}`);
  Deno.exit(error instanceof Deno.errors.InvalidData ? 64 : 1);
}
