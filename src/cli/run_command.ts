import { NO_ARGUMENTS } from "./parse/arguments.ts";
import type { Command } from "./command.ts";
import { runParsed } from "./run_parsed.ts";
import { asksForHelp } from "./parse/asks_for_help.ts";
import { writeAll } from "./output/write_all.ts";

/**
 * Runs a command, or prints its help where that is asked for.
 *
 * @param args What follows its name.
 * @param root The `--root` before its name, if there was one.
 * @returns the exit code, where it is not 0.
 * @throws {Deno.errors.InvalidData} for a mistake of the user's.
 * @throws whatever the command does.
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  root?: string,
): Promise<number | void> {
  if (asksForHelp(args)) {
    const { formatHelp } = await import("./help.ts");
    writeAll(Deno.stdout, formatHelp(command));
    return;
  }
  // Without arguments the parser is not even loaded: a plain `tsm ls` spends a tenth of its own time
  // on it.
  const parsed = args.length === 0
    ? NO_ARGUMENTS
    : (await import("./parse/read_arguments.ts")).readArguments(command, args);
  return await runParsed(command, parsed, root);
}
