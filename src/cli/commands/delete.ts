import type { Command } from "../command.ts";
import { KILL_FLAG, stop, YES_FLAG } from "./stop.ts";

/** `tsm delete`: removes stopped processes from the list; one that runs is stopped first. */
export const deleteCommand: Command = {
  name: "delete",
  usage: "SEL… [--yes] [--kill]",
  summary: "Remove processes from the list, stopping those that run",
  description: "\nThe same as 'tsm stop' without --keep: for processes that are stopped already.",
  flags: [YES_FLAG, KILL_FLAG],
  examples: [{ command: "tsm delete myapp-3000", does: "remove a stopped process and its logs" }],
  run: (args, context) => stop(args, context, "delete"),
};
