import { isAbsolute, resolve } from "@std/path/posix";
import { statIfThere } from "../../files/path_info.ts";

/**
 * The working directory as its user sees it: `$PWD` where that names the directory this
 * command runs in, else what the kernel says.
 *
 * A deploy moves a symbolic link such as `current` to the next release. What is started below
 * the link must be found below the link again: with the kernel's path, in which links are
 * resolved, each restart would run the release that the link led to at the first start.
 *
 * @throws {Deno.errors.NotFound} if the directory has been removed.
 *
 * @example
 * ```ts
 * import { workingDirectory } from "./working_directory.ts";
 *
 * workingDirectory(); // "/srv/app/current", where the kernel says "/srv/app/releases/7"
 * ```
 */
export function workingDirectory(): string {
  const shown = Deno.env.get("PWD");
  if (shown === undefined || !isAbsolute(shown) || hasDots(shown)) return Deno.cwd();
  const [theirs, ours] = [statIfThere(shown), statIfThere(".")];
  const isSame = theirs && ours && theirs.dev === ours.dev && theirs.ino === ours.ino;
  return isSame ? shown : Deno.cwd();
}

/** Makes a path that a user typed absolute: it begins at {@linkcode workingDirectory}. */
export function resolveHere(path: string): string {
  return resolve(workingDirectory(), path);
}

/** POSIX asks of a `PWD` that it holds no `.` and no `..`; `cd` believes no other. */
function hasDots(path: string): boolean {
  return path.split("/").some((name) => name === "." || name === "..");
}
