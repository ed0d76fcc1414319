import { joinWords } from "../process/shell_words.ts";
import type { Pm2App } from "./pm2_app.ts";

/**
 * The command line that serves what PM2's own file server would serve for this app.
 *
 * A `serve` of npm's on the PATH knows nothing of the variables that PM2's is told by: it would
 * serve the whole project, `.env` included.
 *
 * @returns `undefined` where the app does not ask for that server.
 */
export function staticServer({ script, args, env = {}, environments }: Pm2App): string | undefined {
  if (script !== "serve") return undefined;
  const variables = [env, ...Object.values(environments)];
  const isTold = variables.some((one) => Object.keys(one).some((key) => /^PM2_SERVE_/.test(key)));
  if (!isTold && args !== undefined && args.length > 0) return undefined;
  const given = Object.assign({}, ...variables, env) as Readonly<Record<string, string>>;
  const directory = given["PM2_SERVE_PATH"] ?? "";
  // PM2 would serve the project itself, with all that is secret in it.
  const served = /^(\.\/?)?$/.test(directory) ? "build" : directory;
  const single = given["PM2_SERVE_SPA"] === "true" ? ["-s"] : [];
  return joinWords(["npx", "serve", ...single, "-l", given["PM2_SERVE_PORT"] ?? "8080", served]);
}
