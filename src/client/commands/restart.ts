import { restartMessage } from "../../api/messages/restart.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import { readEnvironment, warnOfUndecodable } from "../environment.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";

/** `tsm restart`: ends processes and starts them again. */
export const restartCommand: Command = {
  name: "restart",
  usage: "SEL… [--update-env]",
  summary: "Restart processes; stopped ones are started",
  description: `
A process keeps its id, its name and its environment; its env file is read anew. With
--update-env it gets the environment of this command line.`,
  flags: [{ name: "update-env", help: "give them this command line's environment" }],
  examples: [
    { command: "tsm restart myapp-3000", does: "restart one process" },
    {
      command: "DEBUG=1 tsm restart api --update-env",
      does: "restart it with a changed environment",
    },
    { command: "tsm restart all", does: "restart everything" },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot restart: no process is named; 'tsm restart NAME', or 'tsm restart all'",
      );
    }
    const own = args.has("update-env") ? readEnvironment() : undefined;
    const environment = own ? { environment: own.variables } : {};
    const { restarted, failed } = await whileWaiting(
      context,
      `waiting for ${args.words.join(", ")} to restart …`,
      ask(context, restartMessage, { selectors: [...args.words], ...environment }),
    );
    if (own) await warnOfUndecodable(context, own.undecodable);
    if (context.json) context.print(JSON.stringify(restarted, null, 2));
    for (const { name, tsm_id, pid } of restarted) {
      context.say(`Restarted ${name} (id ${tsm_id}, pid ${pid ?? "-"})`);
    }
    for (const { name, reason } of failed) {
      context.warn(`tsm: Cannot restart '${name}': ${reason}`);
    }
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};
