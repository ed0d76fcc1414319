import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";
import { withoutFiles } from "./files_among.ts";

/**
 * The selectors a command is given; a file that lists processes stands for those of them that are
 * listed.
 *
 * @param verb What the command does, for the message.
 * @throws {Deno.errors.InvalidData} if there is none, or a file is wrong.
 * @throws {Deno.errors.NotFound} if a file has no process that is listed.
 */
export async function selectorsOf(
  context: Context,
  args: Arguments,
  verb: string,
): Promise<string[]> {
  if (args.words.length > 0) return await withoutFiles(context, verb, args);
  throw new Deno.errors.InvalidData(
    `Cannot ${verb}: no process is named; 'tsm ${verb} NAME', or 'tsm ${verb} all'`,
  );
}

/** The same, where no word means all of them. */
export async function selectorsOrAll(
  context: Context,
  args: Arguments,
  action: string,
): Promise<string[]> {
  return args.words.length > 0 ? await withoutFiles(context, action, args) : ["all"];
}
