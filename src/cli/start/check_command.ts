import { isFile } from "../../files/path_info.ts";
import { isScriptName } from "../../program/interpreters.ts";
import type { Arguments } from "../parse/arguments.ts";
import { refuseFileFlags } from "../parse/file_flags.ts";
import { resolveHere } from "../parse/working_directory.ts";

/**
 * Checks that words and flags go together as those of one command.
 *
 * @param verb What is asked, for messages.
 * @throws {Deno.errors.InvalidData} for flags of a file, and for words that could be one command or
 * several.
 */
export function checkCommand(args: Arguments, verb: string): void {
  refuseFileFlags(args, verb);
  if (args.get("interpreter") === undefined) refuseSeveralScripts(args, verb);
}

/** Refuses several scripts: PM2 starts each, and a command of its own would take them as words. */
function refuseSeveralScripts({ words, before }: Arguments, verb: string): void {
  if (before.length < 2 || before.length < words.length) return;
  const areScripts = words.every((word) => isScriptName(word) && isFile(resolveHere(word)));
  if (!areScripts) return;
  const [first, ...others] = words;
  const each = words.map((word) => `'tsm ${verb} ${word}'`).join(", ");
  throw new Deno.errors.InvalidData(
    `Cannot ${verb} '${words.join(" ")}': it could be one process, 'tsm ${verb} ${first} -- ` +
      `${others.join(" ")}', or ${words.length}, one command each: ${each}`,
  );
}
