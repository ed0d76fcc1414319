import { isConfigName } from "../../config/config_name.ts";
import { isFile } from "../../files/path_info.ts";
import { STDIN } from "../config/config_path.ts";
import type { Arguments } from "../parse/arguments.ts";
import { FILE_FLAGS } from "../parse/file_flags.ts";
import type { Flag } from "../parse/flag.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { meansFile } from "../select/means_file.ts";
import type { Context } from "../context.ts";
import { checkCommand } from "./check_command.ts";

/** What the words of a start mean. */
export type WhatToStart =
  /** Files that list processes, and what was given for them. */
  | { readonly kind: "files"; readonly files: readonly string[]; readonly args: Arguments }
  /** A command, or processes that are listed: the supervisor tells. */
  | { readonly kind: "command" };

/** The flags that say something of a start of files. */
const FOR_FILES: readonly string[] = ["force", "wait", ...FILE_FLAGS.map(({ name }) => name)];

/**
 * Tells files that list processes from commands.
 *
 * @param verb What is asked, for messages.
 * @param flags Those that describe one process, and those that a start of files has too.
 * @throws {Deno.errors.InvalidData} for flags of a command with a file, or of a file with none, and
 * for words that could be one command or several.
 */
export function whatToStart(
  args: Arguments,
  context: Context,
  { verb, flags }: { readonly verb: string; readonly flags: readonly Flag[] },
): WhatToStart {
  const { words } = args;
  const isScript = args.get("interpreter") !== undefined;
  const files = isScript ? [] : words.filter((word) => isListFile(context, word, words.length));
  if (files.length === 0 || !isListFile(context, words[0]!, words.length)) {
    checkCommand(args, verb);
    return { kind: "command" };
  }
  if (files.length < words.length) {
    const other = words.find((word) => !files.includes(word));
    throw new Deno.errors.InvalidData(
      `Cannot ${verb} '${words.join(" ")}': '${files[0]}' lists processes and '${other}' does ` +
        `not; one command each: 'tsm ${verb} ${files[0]}' and 'tsm ${verb} ${other}'`,
    );
  }
  return { kind: "files", files, args: withEnvName(args, verb, flags) };
}

/** One word alone is a file by its name, whether it is there or not: the message is about a file. */
function isListFile(context: Context, word: string, count: number): boolean {
  if (word === STDIN) return true;
  if (!isConfigName(word)) return false;
  return meansFile(context, word) || count === 1 && !isFile(resolveHere(word));
}

/** Refuses flags that describe a process: the file describes its processes. */
function withEnvName(args: Arguments, verb: string, flags: readonly Flag[]): Arguments {
  const shown = args.words.join(" ");
  // PM2's --env NAME chooses an environment of the file; --env NAME=value is for one process.
  const names = args.all("env");
  const isEnvName = names.length > 0 && names.every((name) => !name.includes("="));
  const given = flags.find(({ name, value }) =>
    !FOR_FILES.includes(name) && !(name === "env" && isEnvName) &&
    (value === undefined ? args.has(name) : args.all(name).length > 0)
  );
  if (given) {
    throw new Deno.errors.InvalidData(
      `Cannot ${verb} '${shown}' with --${given.name}: that is for one process, and this file ` +
        "lists them; write it there",
    );
  }
  if (!isEnvName) return args;
  const name = args.get("env-name") ?? names.at(-1);
  return { ...args, get: (flag) => flag === "env-name" ? name : args.get(flag) };
}
