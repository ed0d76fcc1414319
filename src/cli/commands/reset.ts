import { resetMessage } from "../../api/messages/reset.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { selectorsOf } from "../select/selectors_of.ts";
import { nothingTo } from "../output/nothing_to.ts";

/** `tsm reset`: sets the restart counters of processes to zero. */
export const resetCommand: Command = {
  name: "reset",
  usage: "SEL…",
  summary: "Set the restart counters of processes to zero",
  description: "\nA back-off begins anew as well. What runs runs on.",
  flags: [],
  examples: [
    { command: "tsm reset myapp-3000", does: "count its restarts from now on" },
    { command: "tsm reset all", does: "the same for all" },
  ],
  async run(args, context) {
    const selectors = await selectorsOf(context, args, "reset");
    const { reset } = await ask(context, resetMessage, { selectors });
    if (context.json) context.print(JSON.stringify(reset, null, 2));
    if (reset.length === 0) context.say(nothingTo("reset"));
    for (const name of reset) context.say(`Reset ${name}`);
  },
};
