import { relative, resolve } from "@std/path/posix";
import { joinWords } from "../program/shell_words.ts";
import type { Pm2App } from "./pm2_app.ts";

/**
 * The command line that serves what PM2's own file server would serve for this app.
 *
 * A `serve` of npm's on the PATH knows nothing of the variables that PM2's is told by: it would
 * serve the whole project, `.env` included.
 *
 * @param dir The directory of the file.
 * @returns `undefined` where the app does not ask for that server: its words tell npm's another
 * directory than the project.
 */
export function staticServer(
  { script, args = [], env = {}, environments, cwd = "" }: Pm2App,
  dir: string,
): string | undefined {
  if (script !== "serve") return undefined;
  const project = resolve(dir, cwd);
  const variables = [env, ...Object.values(environments)];
  const isTold = variables.some((one) => Object.keys(one).some((key) => /^PM2_SERVE_/.test(key)));
  const directories = args.filter((word, index) => !isOption(word, args[index - 1]));
  if (!isTold && directories.some((path) => !holds(path, project))) return undefined;
  const given = Object.assign({}, ...variables, env) as Readonly<Record<string, string>>;
  const directory = given["PM2_SERVE_PATH"] ?? "";
  // PM2 would serve the project itself, with all that is secret in it.
  const served = holds(directory, project) ? "build" : directory;
  const single = given["PM2_SERVE_SPA"] === "true" ? ["-s"] : [];
  return joinWords(["npx", "serve", ...single, "-l", given["PM2_SERVE_PORT"] ?? "8080", served]);
}

/** Whether a directory is the project, or one that the project is in. */
function holds(path: string, project: string): boolean {
  return !relative(resolve(project, path), project).startsWith("..");
}

/** Whether a word of a command line of npm's `serve` is an option, or the value of one. */
function isOption(word: string, before: string | undefined): boolean {
  return word.startsWith("-") || /^(-[lpcd]|--(listen|port|config))$/.test(before ?? "");
}
