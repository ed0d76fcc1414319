import { lsCommand } from "./commands/ls.ts";
import { runCommand } from "./run_command.ts";
import { reportErrors } from "./report_errors.ts";

/**
 * The command line of `tsm ls` alone. It gets a bundle of its own in the binary: bundled with the
 * other commands, the code is spread over many shared files, and `tsm ls` starts 4 ms later.
 *
 * @param args What follows `tsm`; `ls` first.
 * @returns the exit code.
 */
export function main(args: readonly string[]): Promise<number> {
  return reportErrors(() => runCommand(lsCommand, args.slice(1)));
}
