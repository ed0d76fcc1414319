import { endOfFlags } from "./end_of_flags.ts";

/** Whether a command is only asked what it does. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.slice(0, endOfFlags(args)).some((arg) => arg === "--help" || arg === "-h");
}
