import { isOwnVariable } from "../expand_variables.ts";
import { Notes } from "../pm2/notes.ts";
import { configText } from "./config_text.ts";
import { expand } from "./expand.ts";
import { defaultsOf, lossesOf, type MadeProcess, makeProcesses } from "./make_processes.ts";
import { type Files, readFiles } from "./read_files.ts";
import { type ImportContext, readCommon, readPrograms } from "./read_programs.ts";
import { markVariable } from "./variable_mark.ts";

/** What was made of a configuration of supervisord's. */
export interface ImportedConfig {
  /** The text of a `tsm.jsonc`. */
  readonly text: string;
  readonly processes: readonly MadeProcess[];
  /** What of it cannot be carried over, a sentence each. */
  readonly notes: readonly string[];
  /** Where supervisord keeps its pid, as far as it says so. */
  readonly pidfile: string | undefined;
}

/** What a configuration is read with. */
export interface ImportOptions {
  /** The name of the machine. */
  readonly hostName: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes a `tsm.jsonc` of a configuration of supervisord's.
 *
 * `%(ENV_NAME)s` becomes `${NAME}`, so that no value of the present shell gets into the file. Where
 * it is a number, a part of a name, a pattern of files or one of tsm's own variables, it has to have
 * its value now.
 *
 * @param path Absolute.
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if supervisord would not take it, naming section and option.
 *
 * @example
 * ```ts
 * import { importSupervisord } from "./import_supervisord.ts";
 *
 * const path = "/etc/supervisor/supervisord.conf";
 * const { text } = await importSupervisord(path, { hostName: "web1", variables: {} });
 * ```
 */
export async function importSupervisord(
  path: string,
  { hostName, variables }: ImportOptions,
): Promise<ImportedConfig> {
  const valueNow = (name: string) => {
    if (Object.hasOwn(variables, name)) return variables[name]!;
    throw new Deno.errors.InvalidData(`the variable ${name} is not set in this shell`);
  };
  const surroundings: ImportContext = {
    hostName,
    ofEnvironment: (name) => isOwnVariable(name) ? valueNow(name) : markVariable(name),
    valueNow,
  };
  const files = readFiles(
    path,
    (patterns, here) => expand(patterns, { here, host_node_name: hostName }, valueNow),
  );
  const common = readCommon(files, surroundings);
  const programs = readPrograms(files, common, surroundings);
  const processes = await makeProcesses(programs, files, common);
  return {
    text: configText({ path, defaults: defaultsOf(common, processes), processes }),
    processes,
    notes: notesOf(files, processes),
    pidfile: common.pidfile,
  };
}

function notesOf(files: Files, processes: readonly MadeProcess[]): readonly string[] {
  const notes = new Notes();
  for (const pattern of files.missing) notes.add(`no file is there for [include] ${pattern}`);
  for (const [title, section] of files.sections) {
    // Those of programs are told with their processes.
    if (/^(program|fcgi-program|eventlistener):/.test(title)) continue;
    for (const loss of lossesOf(title, section, files)) notes.add(`[${title}] ${loss}`);
  }
  for (const { name, leftOut, notes: own } of processes) {
    if (leftOut !== undefined) notes.add(`left out: ${leftOut}`, name);
    else for (const note of own) notes.add(note, name);
  }
  return notes.lines();
}
