import { cleardumpMessage } from "../../api/messages/cleardump.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";

/** `tsm cleardump`: forgets the saved list. */
export const cleardumpCommand: Command = {
  name: "cleardump",
  usage: "",
  summary: "Forget the saved list; nothing that runs is touched",
  flags: [],
  examples: [{ command: "tsm cleardump", does: "remove saved.json and the lists before it" }],
  async run(_args, context) {
    const answer = await ask(context, cleardumpMessage, {});
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    context.say(answer.cleared ? "The saved list is forgotten" : "Nothing was saved");
  },
};
