import { signalMessage } from "../../api/messages/signal.ts";
import { parseSignal } from "../../signal_names.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { nothingTo } from "../output/nothing_to.ts";
import { refuseWithoutRoot } from "../select/refuse_without_root.ts";

/** `tsm signal`: sends a signal to processes. */
export const signalCommand: Command = {
  name: "signal",
  usage: "SIGNAL SEL…",
  summary: "Send a signal to processes",
  description: `
The process itself gets it, not its children. SIGNAL is a name, with or without SIG, or a
number. A process that a signal ends is restarted by its policy; 'tsm stop' ends it for good.`,
  flags: [],
  examples: [
    { command: "tsm signal HUP nginx", does: "make it read its configuration again" },
    { command: "tsm signal SIGUSR2 all", does: "send SIGUSR2 to every process" },
  ],
  async run(args, context) {
    const [signal, ...selectors] = args.words;
    if (signal === undefined || selectors.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot signal: it takes a signal and a process; example: tsm signal HUP nginx",
      );
    }
    const name = parseSignal(signal);
    await refuseWithoutRoot(context, "signal", selectors);
    const { signalled } = await ask(context, signalMessage, { signal: name, selectors });
    if (context.json) context.print(JSON.stringify(signalled, null, 2));
    if (signalled.length === 0) context.say(nothingTo("signal"));
    for (const { name: process, pid } of signalled) {
      context.say(`Sent ${name} to ${process} (pid ${pid})`);
    }
  },
};
