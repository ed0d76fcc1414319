import { basename, extname, resolve } from "@std/path/posix";
import { isFile } from "../files/path_info.ts";
import { findProgram } from "./command.ts";
import type { Environment } from "./environment.ts";
import { isScriptName } from "./interpreters.ts";
import { checkShebang, isExecutable, readHead } from "./script_head.ts";

/**
 * Checks that a program is there and can be executed, and the script too that its interpreter is
 * to run: what would keep a process from coming up is told before anything is ended for it.
 *
 * @param env Its environment: its `PATH` counts.
 * @throws {Deno.errors.NotFound} if the program, its script or what runs the script is missing.
 * @throws {Deno.errors.InvalidData} if the program cannot be executed.
 *
 * @example
 * ```ts
 * import { checkProgram } from "./check_program.ts";
 *
 * checkProgram({ argv: ["node", "server.js"], cwd: "/srv/app", interpreter: "node" }, {
 *   PATH: "/usr/bin:/bin",
 * });
 * ```
 */
export function checkProgram(
  { argv, cwd, interpreter }: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly interpreter: string | null;
  },
  env: Environment,
): void {
  const [program = "", script = ""] = argv;
  if (program.includes("/")) checkFile(resolve(cwd, program));
  else if (findProgram(program, { cwd, env }) === undefined) {
    throw new Deno.errors.NotFound(`its program '${program}' is not on its PATH`);
  }
  // Of a script that runs itself, the first word behind it is no script.
  if (basename(program) !== interpreter || !isLookedForHere(script)) return;
  if (isFile(resolve(cwd, script))) return;
  throw new Deno.errors.NotFound(`its script '${resolve(cwd, script)}' does not exist`);
}

function checkFile(path: string): void {
  if (!isFile(path)) throw new Deno.errors.NotFound(`its program '${path}' does not exist`);
  if (!isExecutable(path)) {
    throw new Deno.errors.InvalidData(
      `its program '${path}' is not executable; 'chmod +x' makes it so`,
    );
  }
  const head = readHead(path);
  if (head !== undefined) checkShebang(path, head);
}

/** Whether it names a file in the working directory; a shell looks for its script elsewhere too. */
function isLookedForHere(word: string): boolean {
  return !word.startsWith("-") && isScriptName(word) && !/^\.(sh|bash)$/.test(extname(word));
}
