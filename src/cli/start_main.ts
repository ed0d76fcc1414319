import { isConfigName } from "../config/config_name.ts";
import { STDIN } from "./config/config_path.ts";
import type { Context } from "./context.ts";
import type { Arguments } from "./parse/arguments.ts";
import { asksForHelp } from "./parse/asks_for_help.ts";
import { areOwnFlags } from "./parse/own_flags.ts";
import { readArguments } from "./parse/read_arguments.ts";
import { reportErrors } from "./report_errors.ts";
import { runParsed } from "./run_parsed.ts";
import { checkCommand } from "./start/check_command.ts";
import { startCommandLine } from "./start/start_command_line.ts";
import { START_SYNTAX } from "./start/start_syntax.ts";

/**
 * The command line of `tsm start` where it starts one command, or processes that are listed. Like
 * that of `tsm ls` it gets a bundle of its own in the binary: of the one that all commands share it
 * would load a hundred files, which takes 10 ms.
 *
 * @param args What follows `tsm`; `start` first.
 * @returns the exit code; `undefined`, with nothing done, where the words may be files, help is
 * asked for, a flag may be one of PM2's or none at all: `main.ts` beside this sees to those.
 */
export function main(args: readonly string[]): Promise<number> | undefined {
  const own = args.slice(1);
  if (asksForHelp(own) || !areOwnFlags(START_SYNTAX, own)) return undefined;
  let parsed: Arguments;
  try {
    parsed = readArguments(START_SYNTAX, own);
  } catch {
    return undefined;
  }
  const { words } = parsed;
  if (words.length === 0 || words.some((word) => word === STDIN || isConfigName(word))) {
    return undefined;
  }
  const command = {
    ...START_SYNTAX,
    run(given: Arguments, context: Context) {
      checkCommand(given, "start");
      return startCommandLine(given, context);
    },
  };
  return reportErrors(() => runParsed(command, parsed));
}
