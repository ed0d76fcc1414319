import { reloadMessage } from "../../api/messages/reload.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { startAnew } from "../start/start_anew.ts";
import { UPDATE_ENV_FLAG } from "../parse/update_env_flag.ts";

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
  flags: [UPDATE_ENV_FLAG],
  examples: [
    { command: "tsm reload api", does: "bring the instances of 'api' to the code on the disk" },
    { command: "tsm reload all", does: "the same with everything" },
  ],
  run: (args, context) =>
    startAnew(args, context, {
      verb: "reload",
      async request(body) {
        const { reloaded: done, failed } = await ask(context, reloadMessage, body);
        return { done, failed };
      },
    }),
};
