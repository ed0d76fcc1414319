import { startMessage, type StartResponse } from "../../api/messages/start.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { ConfigFile } from "../../settings/app.ts";
import { wantedOf } from "../../config/wanted.ts";
import type { Arguments } from "../parse/arguments.ts";
import { tellNotes } from "../config/tell_notes.ts";
import { loadConfig, selectApps, shownPath } from "../config/config_file.ts";
import { STDIN } from "../config/config_path.ts";
import { ask } from "../connection/connection.ts";
import { describeStarted, failure } from "../output/started.ts";
import type { Context } from "../context.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { warnOfLogLinks } from "./warn_of_log_links.ts";
import { foldApps } from "./fold_instances.ts";
import { warnOfShortage } from "./warn_of_shortage.ts";
import { warnOfUnlisted } from "./warn_of_unlisted.ts";

/**
 * Starts what files list, one file after another; what runs already is left alone.
 *
 * @param paths The files, as the user gave them.
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} with all that is wrong with a file.
 */
export async function startFiles(
  paths: readonly string[],
  args: Arguments,
  context: Context,
): Promise<number> {
  const all: Meta[] = [];
  let hasFailed = false;
  for (const path of paths) {
    const { shown, ...answer } = await startListed(path, args, context);
    const { unchanged } = answer;
    all.push(...answer.started);
    await tellStarted(context, answer);
    if (unchanged.length > 0) {
      context.say(
        `Already running: ${unchanged.join(", ")}; ` +
          `'tsm reload ${shown}' brings the code on disk in, ` +
          `'tsm apply ${shown}' restarts what has changed in the file`,
      );
    }
    hasFailed ||= answer.failed.length > 0;
  }
  if (context.json) context.print(JSON.stringify(all, null, 2));
  return hasFailed ? EXIT.failed : EXIT.done;
}

/** Says what has been started and what could not be. */
export async function tellStarted(
  context: Context,
  { started, failed }: Pick<StartResponse, "started" | "failed">,
): Promise<void> {
  for (const meta of started) context.say(`Started ${describeStarted(meta)}`);
  await warnOfLogLinks(context, started);
  for (const { name, reason } of failed) context.warn(failure(name, reason));
}

/** How what a file lists is started. */
export interface StartListedOptions {
  /** What runs already is left alone by a start, unless `--force` is given. */
  readonly verb?: "start" | "restart" | "reload";
  /** Told the full names of all it lists before they are started. */
  readonly onNames?: (names: readonly string[]) => void;
}

/**
 * Starts what a file lists, and says nothing of it.
 *
 * @param path The file, as the user gave it.
 * @returns what became of each, and how the file is called in a command line.
 * @throws {Deno.errors.InvalidData} with all that is wrong with the file.
 */
export async function startListed(
  path: string,
  args: Arguments,
  context: Context,
  { verb = "start", onNames = () => {} }: StartListedOptions = {},
): Promise<StartResponse & { readonly shown: string }> {
  const file = await loadConfig(path, verb, args);
  const response = await startConfig(file, path === STDIN ? undefined : path, args, context, {
    verb,
    onNames,
  });
  return { ...response, shown: shownPath(file) };
}

/**
 * Starts what was read of a file, and says nothing of it.
 *
 * @param path The file, as the user gave it; `undefined` where there is none that will be there later.
 */
export async function startConfig(
  file: ConfigFile,
  path: string | undefined,
  args: Arguments,
  context: Context,
  { verb = "start", onNames = () => {} }: StartListedOptions = {},
): Promise<StartResponse> {
  tellNotes(file, context);
  const { variables, undecodable } = readEnvironment();
  const folded = await foldApps(selectApps(file, args.get("only"), verb), variables);
  for (const note of folded.notes) context.warn(`tsm: ${note}`);
  const wanted = wantedOf(folded.items, path === undefined ? undefined : file.path);
  onNames(wanted.map(({ name }) => name));
  const wait = args.get("wait");
  const response = await whileWaiting(
    context,
    `waiting for ${wanted.length} processes of ${path ?? STDIN} …`,
    ask(context, startMessage, {
      environment: variables,
      definitions: wanted.map(({ definition }) => definition),
      if_running: verb !== "start" || args.has("force") ? "restart" : "leave",
      ...verb === "reload" ? { rolling: true } : {},
      source: "file",
      wait: wait === undefined ? 0 : parseDuration(wait, "--wait"),
    }),
  );
  await warnOfUndecodable(context, undecodable);
  warnOfShortage(context, response.shortage);
  if (path !== undefined) {
    const environmentName = args.get("env-name");
    warnOfUnlisted(context, { path: file.path, shown: shownPath(file), environmentName, wanted });
  }
  return response;
}
