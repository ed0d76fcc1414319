import { flushMessage } from "../../api/messages/flush.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { EXIT } from "../exit_code.ts";
import { selectorsOrAll } from "../select/selectors_of.ts";
import { nothingTo } from "../output/nothing_to.ts";

/** `tsm flush`: empties logs. */
export const flushCommand: Command = {
  name: "flush",
  usage: "[SEL…]",
  summary: "Empty the current logs of processes",
  description: `
Without SEL it empties the logs of all processes. Rotated files stay; 'tsm logs rotate' sets
the current logs aside instead of losing them.`,
  flags: [],
  examples: [
    { command: "tsm flush myapp-3000", does: "empty the logs of one process" },
    { command: "tsm flush", does: "empty all logs" },
  ],
  async run(args, context) {
    const selectors = await selectorsOrAll(context, args, "flush");
    const { flushed, failed } = await ask(context, flushMessage, { selectors });
    if (context.json) context.print(JSON.stringify(flushed, null, 2));
    if (flushed.length + failed.length === 0) context.say(nothingTo("flush"));
    for (const name of flushed) context.say(`Emptied the logs of ${name}`);
    for (const { name, reason } of failed) {
      context.warn(`tsm: Cannot empty the logs of '${name}': ${reason}`);
    }
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};
