import { saveMessage } from "../../api/messages/save.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";

/** `tsm save`: saves the list of processes. */
export const saveCommand: Command = {
  name: "save",
  usage: "[--force]",
  summary: "Save the list of processes, to bring them back after a reboot",
  description: `
Stores each process with its command, environment, policies, id and counters in
runtime/saved.json; the three lists saved before are kept as saved.1.json to saved.3.json.
'tsm resurrect' brings them back. With 'tsm set save.auto on' the list is saved after each change.`,
  flags: [{ name: "force", short: "f", help: "save an empty list too" }],
  examples: [
    { command: "tsm save", does: "save what runs now" },
    { command: "tsm save && tsm startup", does: "and have it come back at boot" },
  ],
  async run(args, context) {
    const answer = await ask(context, saveMessage, { force: args.has("force") });
    if (answer.warning !== undefined) context.warn(`tsm: ${answer.warning}`);
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    const processes = answer.saved === 1 ? "1 process" : `${answer.saved} processes`;
    context.say(`Saved ${processes} in ${context.root.savedJson}`);
  },
};
