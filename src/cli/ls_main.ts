import { lsCommand } from "./commands/ls.ts";
import { COMMON_FLAGS } from "./parse/arguments.ts";
import { isForeign } from "./parse/flag.ts";
import { runCommand } from "./run_command.ts";
import { reportErrors } from "./report_errors.ts";

/**
 * The command line of `tsm ls` alone. It gets a bundle of its own in the binary: bundled with the
 * other commands, the code is spread over many shared files, and `tsm ls` starts 4 ms later.
 *
 * @param args What follows `tsm`; `ls` first.
 * @returns the exit code; `undefined` where a flag may be one of PM2's: `main.ts` beside this knows
 * those, and with them this bundle would no longer be one file.
 */
export function main(args: readonly string[]): Promise<number> | undefined {
  const flags = [...lsCommand.flags, ...COMMON_FLAGS];
  if (args.slice(1).some((arg) => isForeign(arg, flags))) return undefined;
  return reportErrors(() => runCommand(lsCommand, args.slice(1)));
}
