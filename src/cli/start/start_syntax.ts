import type { Command } from "../command.ts";
import { FILE_FLAGS } from "../parse/file_flags.ts";
import type { Flag } from "../parse/flag.ts";
import { SETTING_FLAGS } from "./setting_flags.ts";

/** The flags of a start, which 'tsm run' has as well. */
export const START_FLAGS: readonly Flag[] = [
  { name: "name", short: "n", value: "NAME", help: "call it NAME, or NAME-PORT with a port" },
  ...SETTING_FLAGS,
  { name: "no-autorestart", help: "leave it stopped when it ends by itself" },
  { name: "force", short: "f", help: "restart it if it runs" },
  {
    name: "wait",
    value: "30s",
    optional: "30s",
    help: "wait until it listens on its port, or is up for a second",
  },
];

/** What `tsm start` is called, and takes. */
export const START_SYNTAX: Omit<Command, "run"> = {
  name: "start",
  usage: "[COMMAND…] [FLAGS] [-- MORE WORDS]",
  summary: "Start a command and keep it running",
  description: `
COMMAND is one of:
  'node server.js'      a command line; with pipes, $VARIABLES or && a shell runs it
  server.py             a file, run by its shebang or its extension
  node server.js        the words of a command; its own flags go behind --
  myapp-3000            a process that is stopped: it is started as before; so are those of an
                        app or namespace, which goes before a program of that name
  tsm.jsonc             a file that lists processes, a Procfile and PM2's files included;
                        several of them are each started, - reads one from standard input

Without a word it is the tsm.jsonc of this directory, else its ecosystem.config.js.

It is called NAME-PORT, or NAME without a port. NAME is taken from the script or the
program where --name does not give it. The environment is this command line's, then
--env-file, then --env; PORT is set where there is a port.`,
  flags: [...START_FLAGS, ...FILE_FLAGS],
  examples: [
    {
      command: `tsm start "node server.js" --name myapp --port 3000`,
      does: "start a web server as 'myapp-3000', with PORT=3000",
    },
    {
      command: "tsm start worker.py --env-file .env",
      does: "run a script by its shebang or extension",
    },
    {
      command: "tsm start --name web --port auto --wait -- python3 -m http.server",
      does: "take the first free port from 3000 up, and wait until somebody listens on it",
    },
    {
      command: "tsm start 'node api.js' --exp-backoff 100ms --max-memory 300M",
      does: "pause longer from crash to crash, and restart it when it grows too large",
    },
    {
      command:
        "tsm start server.js -p 3000 --instances 2 --health-url 'http://127.0.0.1:${PORT}/up'",
      does: "two of them, on ports 3000 and 3001, restarted when they stop answering",
    },
    { command: "tsm start server.js --watch", does: "restart it when a file beside it changes" },
    { command: "tsm start myapp-3000", does: "start a stopped process again" },
    {
      command: "tsm start tsm.jsonc --only api --env-name production",
      does: "start a process of a file, and what it depends on",
    },
  ],
};
