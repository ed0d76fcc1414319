import { reloadMessage } from "../../api/messages/reload.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import { readEnvironment, warnOfUndecodable } from "../environment.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";

/** `tsm reload`: restarts the instances of an app one after another. */
export const reloadCommand: Command = {
  name: "reload",
  usage: "SEL… [--update-env]",
  summary: "Restart the instances of an app one after another, while the others serve",
  description: `
An instance is restarted when another one serves, and the next one when it is ready:
healthy where it has a health check, else listening on its port, else up for its
min_uptime. Where several instances have ports of their own, a new one is tried on a free
port first: if that does not become ready, all of them run on as they were. Whatever
stands before them must ask another instance when one refuses, as proxies do.`,
  flags: [{ name: "update-env", help: "give them this command line's environment" }],
  examples: [
    { command: "tsm reload api", does: "bring the instances of 'api' to the code on the disk" },
    { command: "tsm reload all", does: "the same with everything" },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot reload: no process is named; 'tsm reload NAME', or 'tsm reload all'",
      );
    }
    const own = args.has("update-env") ? readEnvironment() : undefined;
    const environment = own ? { environment: own.variables } : {};
    const { reloaded, failed } = await whileWaiting(
      context,
      `waiting for ${args.words.join(", ")} to reload …`,
      ask(context, reloadMessage, { selectors: [...args.words], ...environment }),
    );
    if (own) await warnOfUndecodable(context, own.undecodable);
    if (context.json) context.print(JSON.stringify(reloaded, null, 2));
    for (const { name, tsm_id, pid } of reloaded) {
      context.say(`Reloaded ${name} (id ${tsm_id}, pid ${pid ?? "-"})`);
    }
    for (const { name, reason } of failed) {
      context.warn(`tsm: Cannot reload '${name}': ${reason}`);
    }
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};
