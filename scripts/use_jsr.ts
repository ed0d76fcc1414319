/**
 * Has the standard library come from JSR, its own registry, as releases do: changes `deno.json` by
 * `deno.jsr.json`, and locks what comes. Nothing else of the project changes.
 *
 * Every day, and on networks that do not reach JSR, its npm build serves under the same names.
 *
 * @module
 */
import { join } from "@std/path/posix";
import { jsrConfig } from "./release/jsr_config.ts";

const PROJECT = join(import.meta.dirname!, "..");
const CONFIG = join(PROJECT, "deno.json");

const { imports } = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.jsr.json")));
const config = jsrConfig(JSON.parse(await Deno.readTextFile(CONFIG)), imports);
await Deno.writeTextFile(CONFIG, `${JSON.stringify(config, null, 2)}\n`);

// The lock file has what the main modules need, as .ci/run installs them.
const tracked = ["ls-files", "main.ts", "mod.ts", "scripts/*.ts", "tests/*.ts"];
const entrypoints = (await run("git", ...tracked)).trim().split("\n");
await run(Deno.execPath(), "install", "--frozen=false", "--entrypoint", ...entrypoints);

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd: PROJECT, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) {
    console.error(`use_jsr: '${program} ${args[0]}' failed; see above`);
    Deno.exit(1);
  }
  return new TextDecoder().decode(stdout);
}
