import type { Command } from "../command.ts";
import { FILTER_FLAGS, readLineFilter } from "../logs/filter_flags.ts";
import { Monit } from "../monit/monit.ts";
import { frameJson, oneFrame } from "../monit/one_frame.ts";
import { Terminal } from "../monit/terminal.ts";

/** `tsm monit`: the live view. */
export const monitCommand: Command = {
  name: "monit",
  usage: "",
  summary: "Watch the processes live, with their CPU, memory and logs",
  description: `
Shows the machine, the processes with what they use and used lately, and the log of the
selected one as it grows. Statuses have a sign each beside their colour: ● online,
◐ launching, ◑ stopping, … waiting, ◷ scheduled, ○ stopped, ✗ errored, † dead.

Keys: arrows or j and k select, / filters, s stops (and asks first), r restarts, l shows the
log on the whole screen, d describes, c, m and n sort, ? tells them all, q quits.

The log shows the lines that --grep, --exclude and --level leave, as 'tsm logs' does; of what is
there already, those among the last 50,000.

Without a terminal it prints one frame and ends; --json prints what it would show.`,
  flags: FILTER_FLAGS,
  examples: [
    { command: "tsm monit", does: "watch until q" },
    { command: "tsm monit --level warn", does: "of the logs, only warnings and worse" },
    { command: "tsm monit | cat", does: "one look" },
    { command: "tsm monit --json | jq .host.load", does: "the same for programs" },
  ],
  async run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        `Cannot watch '${args.words.join(" ")}': 'tsm monit' takes no words; press / to filter`,
      );
    }
    const filter = readLineFilter(args);
    if (context.json) context.print(JSON.stringify(await frameJson(context), null, 2));
    else if (Terminal.isThere()) await Monit.run(context, filter);
    else for (const line of await oneFrame(context, filter)) context.print(line);
  },
};
