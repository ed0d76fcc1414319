import { listProcesses } from "../../meta/list_processes.ts";
import { NO_ARGUMENTS } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { ABOUT } from "../help.ts";
import { lsCommand } from "./ls.ts";

/** `tsm` alone, in a terminal: says what is running, or how to begin. */
export const firstScreen: Command = {
  name: "",
  usage: "",
  summary: "Say what is running, or how to begin",
  flags: [],
  examples: [],
  async run(_args, context) {
    const { metas, unreadable } = listProcesses(context.root);
    if (metas.length > 0 || unreadable.length > 0) {
      await lsCommand.run(NO_ARGUMENTS, context);
      context.print("\n'tsm logs NAME' follows one, 'tsm describe NAME' tells all about it.");
    } else {
      const begin = ABOUT.begin.map((line) => `  ${line}\n`).join("");
      context.print(
        `${ABOUT.summary}\n\nNothing runs in ${context.root.base}. To begin:\n${begin}`,
      );
    }
    context.print("'tsm help' lists the commands, 'tsm doctor' looks for what may be wrong.");
  },
};
