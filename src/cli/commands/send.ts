import { sendMessage } from "../../api/messages/send.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { refuseWithoutRoot } from "../select/refuse_without_root.ts";

/** `tsm send`: writes to the standard input of a process. */
export const sendCommand: Command = {
  name: "send",
  usage: "SEL TEXT…",
  summary: "Write a line to the standard input of a process",
  description: `
The words are written as one line. A process reads them if its 'stdin' is open, which it is unless
it was started with '--stdin null'. One that does not read is given up after a second.`,
  flags: [],
  examples: [
    { command: "tsm send repl 'print(1 + 1)'", does: "give a line to what reads lines" },
    { command: "tsm send game say hello", does: "the same, in words" },
  ],
  async run(args, context) {
    const [selector, ...words] = args.words;
    if (selector === undefined || words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot send: it takes a process and a text; example: tsm send repl 'print(1)'",
      );
    }
    const request = { text: `${words.join(" ")}\n`, selectors: [selector] };
    await refuseWithoutRoot(context, "send to", [selector]);
    const { sent } = await ask(context, sendMessage, request);
    if (context.json) context.print(JSON.stringify(sent, null, 2));
    for (const name of sent) context.say(`Sent to ${name}`);
  },
};
