import { COMMON_FLAGS, type Syntax } from "./arguments.ts";
import { endOfFlags } from "./end_of_flags.ts";
import { type Flag, isForeign } from "./flag.ts";

/**
 * Whether all flags are those of tsm; else some may be PM2's, or are to be read as PM2 does.
 *
 * @param args What follows the name of the command.
 */
export function areOwnFlags(command: Pick<Syntax, "flags">, args: readonly string[]): boolean {
  const flags = [...command.flags, ...COMMON_FLAGS];
  return !args.slice(0, endOfFlags(args)).some((arg, index) =>
    isForeign(arg, flags) || isPm2Switch(args, index, flags)
  );
}

/** Whether it is `--wait-ready` without a value: a switch to PM2, while ours says what is waited for. */
export function isPm2Switch(
  args: readonly string[],
  index: number,
  flags: readonly Flag[],
): boolean {
  return args[index] === "--wait-ready" && flags.some(({ name }) => name === "wait-ready") &&
    (index + 1 === endOfFlags(args) || args[index + 1]!.startsWith("-"));
}
