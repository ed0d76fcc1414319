import { reloadMessage } from "../../api/messages/reload.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { FILE_FLAGS } from "../parse/file_flags.ts";
import { startAnew } from "../start/start_anew.ts";
import { UPDATE_ENV_FLAG } from "../parse/update_env_flag.ts";

/** `tsm reload`: restarts the instances of an app one after another. */
export const reloadCommand: Command = {
  name: "reload",
  usage: "SEL… [--update-env] [--only NAMES] [--env-name NAME]",
  summary: "Restart the instances of an app one after another, while the others serve",
  description: `
An instance is restarted when another one serves, and the next one when it is ready:
healthy where it has a health check, else listening on its port, else up for its
min_uptime. Where instances share their port, the next run of each is ready before the
present one is asked to end: nothing is refused in between. Where several instances have ports of their own, a new one is tried on a free
port first: if that does not become ready, all of them run on as they were. Whatever
stands before them must ask another instance when one refuses, as proxies do.

What FILE lists (tsm.jsonc, a Procfile, a file of PM2's) gets what the file says now, and is
started where it does not run: 'git pull && tsm reload FILE' brings new code in.`,
  flags: [UPDATE_ENV_FLAG, ...FILE_FLAGS],
  examples: [
    { command: "tsm reload api", does: "bring the instances of 'api' to the code on the disk" },
    {
      command: "tsm reload ecosystem.config.js --env-name production",
      does: "bring the code on the disk to all that a file lists",
    },
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
