import { withContext } from "../../errors.ts";
import { removalOf } from "../../db/removed_process.ts";
import { isDirectory } from "../../files/path_info.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { ProcessDefinition } from "../../meta/process_definition.ts";
import { readGroups } from "../../meta/read_groups.ts";
import { select } from "../../meta/select.ts";
import { withStoredDefaults } from "../../meta/with_stored_defaults.ts";
import { resolveCommand } from "../../program/command.ts";
import type { Environment } from "../../program/environment.ts";
import type { RuntimeRoot } from "../../root.ts";
import { newProcessSettings } from "../../settings/settings_file.ts";

/**
 * Refuses programs and files that are not there, as the supervisor does: for where none lives, since
 * one that came up only to refuse this would stay. What cannot be told here is left to it: words that
 * may name processes, and what another `PATH` than that of the command line may have.
 *
 * @param variables The environment of the command line.
 * @throws {Deno.errors.NotFound} if one is not there.
 */
export function refuseMissingProgram(
  root: RuntimeRoot,
  definitions: readonly ProcessDefinition[],
  variables: Environment,
): void {
  const { metas, unreadable } = listProcesses(root);
  // One whose meta.json is damaged is found by the supervisor, by what runs.
  const isListed = (word: string) =>
    unreadable.some(({ name }) => name === word) ||
    select(word, metas, (name) => readGroups(root, name)).kind !== "none";
  const defaults = newProcessSettings(root);
  for (const { name, words, cwd, interpreter, explicit, settings } of definitions) {
    const { env_file, user, shell } = withStoredDefaults(settings, defaults);
    if (env_file || user || !isDirectory(cwd) || words.some(isListed)) continue;
    const env = { ...variables, ...explicit };
    try {
      resolveCommand(words, { cwd, env, interpreter, shell });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) continue;
      const told = withContext(`Cannot start '${name ?? words.join(" ")}'`, error);
      const removal = words.length === 1 ? removalOf(root, words[0]!) : undefined;
      throw removal === undefined ? told : new Deno.errors.NotFound(`${told.message}; ${removal}`);
    }
  }
}
