import { relative, resolve } from "@std/path/posix";
import { isDirectory, isFile, isThere } from "../files/path_info.ts";
import type { Pm2App } from "./pm2_app.ts";

/** What is to be said of an app whose paths PM2 would look for elsewhere. */
export interface ElsewhereInPm2 {
  /** What is not there; `undefined`: all is. */
  readonly misplaced?: "script" | "cwd";
  readonly text: string;
}

/**
 * Compares where the paths of an app are: they begin at the directory of their file, and PM2's at
 * that of the shell.
 *
 * @param path The file, absolute.
 * @param shell The directory of the shell, absolute.
 * @returns `undefined` where both find the same, or PM2 would find nothing.
 *
 * @example
 * ```ts
 * import { EMPTY_APP } from "./pm2_app.ts";
 * import { whereElseInPm2 } from "./where_paths_begin.ts";
 *
 * // Where /srv/app/server.js is a file and /srv/app/deploy/server.js is none:
 * const app = { ...EMPTY_APP, script: "server.js" };
 * whereElseInPm2(app, "/srv/app/deploy/process.json", "/srv/app"); // misplaced: "script"
 * ```
 */
export function whereElseInPm2(
  { script = "", cwd = "" }: Pm2App,
  path: string,
  shell: string,
): ElsewhereInPm2 | undefined {
  const file = resolve(path, "..");
  const [ours, theirs] = [resolve(file, cwd), resolve(shell, cwd)];
  if (isSame(ours, theirs) || !isDirectory(theirs)) return undefined;
  const begin = `the paths of a file begin at its directory, ${file}`;
  const inShell = `PM2's at that of the shell, ${shell}`;
  const change = `cwd: ${cwdFor(path, relative(file, theirs))}`;
  if (!isThere(ours)) {
    const text = `the working directory '${ours}' does not exist: ${begin}, ${inShell}, where ` +
      `there is one; to have that, write ${change}`;
    return { misplaced: "cwd", text };
  }
  const isPath = !script.includes(" ");
  const [here, there] = [ours, theirs].map((dir) => isPath && isThere(resolve(dir, script)));
  if (!here && there) {
    const text = `there is no '${resolve(ours, script)}': ${begin}, ${inShell}, where there is ` +
      `one; to have that, write ${change}`;
    return { misplaced: "script", text };
  }
  // PM2 would not find it: it is meant to be started in the directory of its file.
  if (here && !there && isFile(resolve(ours, script))) return undefined;
  return { text: `runs in ${ours}, as ${begin}; PM2 would run it in ${theirs}: ${change}` };
}

/** How a file says a directory so that it means the same from everywhere. */
function cwdFor(path: string, dir: string): string {
  return /\.c?js$/.test(path) ? `__dirname + ${JSON.stringify(`/${dir}`)}` : JSON.stringify(dir);
}

function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  try {
    return Deno.realPathSync(a) === Deno.realPathSync(b);
  } catch {
    return false;
  }
}
