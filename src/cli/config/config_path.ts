import { isThere } from "../../files/path_info.ts";
import type { Arguments } from "../parse/arguments.ts";
import { resolveHere } from "../parse/working_directory.ts";

/** The word for standard input, where a file that lists processes is given. */
export const STDIN = "-";

/** The file that is meant where none is named. */
const DEFAULT_CONFIG = "tsm.jsonc";
/** The one that PM2 means there, which counts where there is no other. */
const PM2_DEFAULT_CONFIG = "ecosystem.config.js";

/**
 * The arguments of a command that takes a command line or a file: without a word they name the
 * `tsm.jsonc` of this directory, else its `ecosystem.config.js`.
 *
 * @param action What is asked, for the message.
 * @param example What could have been given.
 * @throws {Deno.errors.InvalidData} if there is neither a word nor such a file.
 */
export function withDefaultFile(args: Arguments, action: string, example: string): Arguments {
  if (args.words.length > 0) return args;
  const path = defaultConfig();
  if (isThere(resolveHere(path))) return { ...args, words: [path] };
  throw new Deno.errors.InvalidData(
    `Cannot ${action}: no command is given, and there is no ${DEFAULT_CONFIG} here, and no ` +
      `${PM2_DEFAULT_CONFIG}; example: ${example}`,
  );
}

/**
 * The path of the file that a command is given.
 *
 * @param action What is asked, for the message.
 * @throws {Deno.errors.InvalidData} if there are several.
 */
export function configPath({ words }: Arguments, action: string): string {
  const [path = defaultConfig(), ...others] = words;
  if (others.length === 0) return path;
  throw new Deno.errors.InvalidData(
    `Cannot ${action} ${words.length} files: it takes one; ` +
      `example: tsm ${action} ${DEFAULT_CONFIG}`,
  );
}

function defaultConfig(): string {
  const here = [DEFAULT_CONFIG, PM2_DEFAULT_CONFIG].find((path) => isThere(resolveHere(path)));
  return here ?? DEFAULT_CONFIG;
}
