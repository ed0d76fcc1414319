import { copy } from "@std/fs";
import { dirname, join } from "@std/path/posix";
import { VERSION } from "../../src/version.ts";
import { bundleMain, denoCommand } from "./tested_program.ts";

/** A tsm of another version, for as long as a test needs it. */
export interface OtherVersion extends Disposable {
  /** The words that run it. */
  readonly program: readonly string[];
  /** The path of its main module. */
  readonly main: string;
}

/** Makes a tsm that differs from the source in nothing but its version. */
export async function otherVersion(version: string): Promise<OtherVersion> {
  const bundled = dirname(await bundleMain());
  const dir = Deno.makeTempDirSync({ prefix: "tsm-test-" });
  await copy(bundled, dir, { overwrite: true });
  let changed = 0;
  for (const { name, isFile } of Deno.readDirSync(dir)) {
    if (!isFile) continue;
    const text = Deno.readTextFileSync(join(dir, name));
    // As `deno.json` has it, bundled.
    const other = text.replaceAll(`version:"${VERSION}"`, `version:"${version}"`);
    if (other === text) continue;
    changed++;
    Deno.writeTextFileSync(join(dir, name), other);
  }
  if (changed === 0) throw new Error(`no file of ${bundled} holds the version`);
  const main = join(Deno.realPathSync(dir), "main.js");
  return {
    program: denoCommand(main),
    main,
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}
