/**
 * Files that list processes, where a command takes processes.
 *
 * @module
 */
import { isConfigName } from "../../config/config_name.ts";
import { instanceNames } from "../../config/wanted.ts";
import { isFile } from "../../files/path_info.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { exactly, select } from "../../meta/select.ts";
import type { Arguments } from "../parse/arguments.ts";
import { loadConfig } from "../config/config_file.ts";
import { readOrigin } from "../config/origin.ts";
import type { Context } from "../context.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { refuseWithoutRoot } from "./refuse_without_root.ts";
import { meansFile } from "./means_file.ts";
import { groupsReader } from "./select_listed.ts";

/**
 * The selectors that words mean: a file stands for its processes that are listed.
 *
 * @param action What is asked, for messages.
 * @throws {Deno.errors.NotFound} if a file has no process that is listed, or there is no root.
 * @throws {Deno.errors.InvalidData} if a file is wrong.
 */
export async function withoutFiles(
  context: Context,
  action: string,
  args: Arguments,
): Promise<string[]> {
  await refuseWithoutRoot(context, action, args.words);
  const selectors: string[] = [];
  for (const word of args.words) {
    if (!meansFile(context, word)) {
      refuseMissingFile(context, action, word);
      selectors.push(word);
      continue;
    }
    selectors.push(...(await processesOf(context, action, word, args)).map(exactly));
  }
  return selectors;
}

/**
 * Refuses what is the name of a file that lists processes, and neither a file nor a process.
 *
 * @param action What is asked, for the message.
 * @throws {Deno.errors.NotFound}
 */
export function refuseMissingFile(context: Context, action: string, word: string): void {
  if (!isConfigName(word) || isFile(resolveHere(word))) return;
  const { kind } = select(word, listProcesses(context.root).metas, groupsReader(context));
  if (kind !== "none") return;
  throw new Deno.errors.NotFound(
    `Cannot ${action} '${word}': there is no such file, and no process of that name; ` +
      "'tsm ls' lists the processes",
  );
}

/**
 * The names of the listed processes that a file has started; where it has started none, of those
 * that are called as it lists them, as those of `tsm import pm2` are.
 */
async function processesOf(
  context: Context,
  action: string,
  path: string,
  args: Arguments,
): Promise<readonly string[]> {
  const listed = listProcesses(context.root).metas.map(({ name }) => ({
    name,
    origin: readOrigin(context.root, name),
  }));
  const file = resolveHere(path);
  const started = listed.filter(({ origin }) => origin.config?.file === file);
  if (started.length > 0) return started.map(({ name }) => name);
  const { apps } = await loadConfig(path, action, args);
  const names = new Set(apps.flatMap((app) => [app.name, ...instanceNames(app)]));
  const called = listed.filter(({ name, origin }) =>
    origin.config === undefined && (names.has(name) || names.has(origin.app ?? name))
  );
  if (called.length > 0) return called.map(({ name }) => name);
  throw new Deno.errors.NotFound(
    `Cannot ${action} '${path}': none of its processes is listed; 'tsm start ${path}' starts them`,
  );
}
