import type { Arguments } from "../parse/arguments.ts";

/** The file that is meant where none is named. */
export const DEFAULT_CONFIG = "tsm.jsonc";

/**
 * The path of the file that a command is given.
 *
 * @param action What is asked, for the message.
 * @throws {Deno.errors.InvalidData} if there are several.
 */
export function configPath({ words }: Arguments, action: string): string {
  const [path = DEFAULT_CONFIG, ...others] = words;
  if (others.length === 0) return path;
  throw new Deno.errors.InvalidData(
    `Cannot ${action} ${words.length} files: it takes one; ` +
      `example: tsm ${action} ${DEFAULT_CONFIG}`,
  );
}
