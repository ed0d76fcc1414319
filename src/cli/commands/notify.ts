import { notifyMessage, type NotifyResponse } from "../../api/messages/notify.ts";
import { printable } from "../../printable.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { refuseWithoutRoot } from "../select/refuse_without_root.ts";

/** `tsm notify test`: tries the commands that are run for events. */
export const notifyCommand: Command = {
  name: "notify",
  usage: "test [SEL…]",
  summary: "Try the commands that are run when something happens",
  description: `
Runs each command of the processes once, as it is run for an event, with TSM_EVENT=test, and shows
what came of it. Without a process it runs those that 'tsm set on.EVENT COMMAND' has set for all.
Fails where one of them does.`,
  flags: [],
  examples: [
    { command: "tsm notify test", does: "try what is set for all" },
    { command: "tsm notify test api", does: "try the commands of one process" },
  ],
  async run(args, context) {
    const [word, ...selectors] = args.words;
    if (word !== "test") {
      throw new Deno.errors.InvalidData(
        "Cannot notify: the only thing there is is 'test'; example: tsm notify test api",
      );
    }
    if (selectors.length > 0) await refuseWithoutRoot(context, "notify of", selectors);
    const { tests } = await ask(context, notifyMessage, { selectors });
    if (context.json) context.print(JSON.stringify(tests, null, 2));
    if (tests.length === 0) {
      throw new Deno.errors.NotFound(
        "Cannot try a command: none is set; 'tsm set on.failure COMMAND' sets one for all, " +
          "'--on failure=COMMAND' one for a process; docs/notify.md has examples",
      );
    }
    if (!context.json) { for (const test of tests) context.say(lines(test)); }
    const failed = tests.filter(({ problem }) => problem !== undefined).length;
    if (failed > 0) {
      throw new Deno.errors.Interrupted(`Cannot notify: ${failed} of ${tests.length} failed`);
    }
  },
};

function lines({ name, command, output, problem }: NotifyResponse["tests"][number]): string {
  const told = printable(output.trimEnd(), false).split("\n").filter((line) => line !== "");
  return [
    `${name ?? "all"}: ${problem ?? "exited with code 0"}: ${printable(command, false)}`,
    ...told.map((line) => `  ${line}`),
  ].join("\n");
}
