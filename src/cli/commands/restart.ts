import { restartMessage } from "../../api/messages/restart.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { FILE_FLAGS } from "../parse/file_flags.ts";
import { startAnew } from "../start/start_anew.ts";
import { UPDATE_ENV_FLAG } from "../parse/update_env_flag.ts";

/** `tsm restart`: ends processes and starts them again. */
export const restartCommand: Command = {
  name: "restart",
  usage: "SEL… [--update-env] [--only NAMES] [--env-name NAME]",
  summary: "Restart processes; stopped ones are started",
  description: `
A process keeps its id, its name and its environment; its env file is read anew. With
--update-env it gets the environment of this command line. What FILE lists (tsm.jsonc, a
Procfile, a file of PM2's) is restarted as the file says now, and started where it does not run.`,
  flags: [UPDATE_ENV_FLAG, ...FILE_FLAGS],
  examples: [
    { command: "tsm restart myapp-3000", does: "restart one process" },
    {
      command: "DEBUG=1 tsm restart api --update-env",
      does: "restart it with a changed environment",
    },
    { command: "tsm restart all", does: "restart everything" },
  ],
  run: (args, context) =>
    startAnew(args, context, {
      verb: "restart",
      async request(body) {
        const { restarted: done, failed } = await ask(context, restartMessage, body);
        return { done, failed };
      },
    }),
};
