import type { Arguments } from "../parse/arguments.ts";

/**
 * The selectors a command is given.
 *
 * @param verb What the command does, for the message.
 * @throws {Deno.errors.InvalidData} if there is none.
 */
export function selectorsOf({ words }: Arguments, verb: string): string[] {
  if (words.length > 0) return [...words];
  throw new Deno.errors.InvalidData(
    `Cannot ${verb}: no process is named; 'tsm ${verb} NAME', or 'tsm ${verb} all'`,
  );
}
