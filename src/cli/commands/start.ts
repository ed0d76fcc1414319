import { resolve } from "@std/path";
import type { StartRequest } from "../../api/messages/start.ts";
import { startMessage } from "../../api/messages/start.ts";
import { isConfigName } from "../../config/read_config.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { ENV_NAME_FLAG } from "../parse/env_name_flag.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { readEnvironment, warnOfUndecodable } from "../connection/environment.ts";
import { EXIT } from "../exit_code.ts";
import type { Flag } from "../parse/flag.ts";
import { parseDuration } from "../parse/parse_duration.ts";
import { checkLogRotate } from "../start/check_log_rotate.ts";
import { readSettingFlags, SETTING_FLAGS } from "../start/setting_flags.ts";
import { startMany } from "../start/start_many.ts";
import { whileWaiting } from "../output/progress.ts";
import { describeStarted } from "../output/started.ts";

/** What may be said of a file that lists processes. */
export const FILE_FLAGS: readonly Flag[] = [
  {
    name: "only",
    value: "NAMES",
    help: "with a file: only these of its processes, and what they depend on",
  },
  ENV_NAME_FLAG,
];

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

/** `tsm start`: starts a command, a stopped process, or what a file lists. */
export const startCommand: Command = {
  name: "start",
  usage: "COMMAND… [FLAGS] [-- MORE WORDS]",
  summary: "Start a command and keep it running",
  description: `
COMMAND is one of:
  'node server.js'      a command line; with pipes, $VARIABLES or && a shell runs it
  server.py             a file, run by its shebang or its extension
  node server.js        the words of a command; its own flags go behind --
  myapp-3000            a process that is stopped: it is started as before
  tsm.jsonc             a file that lists processes, a Procfile and PM2's files included

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
      does: "two of them, on ports 3000 and 3001, restarted when they stop to answer",
    },
    { command: "tsm start server.js --watch", does: "restart it when a file beside it changes" },
    { command: "tsm start myapp-3000", does: "start a stopped process again" },
    {
      command: "tsm start tsm.jsonc --only api --env-name production",
      does: "start a process of a file, and what it depends on",
    },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        `Cannot start: no command is given; example: tsm start "node server.js" --name myapp`,
      );
    }
    const file = listedBy(args);
    if (file !== undefined) {
      const { startFile } = await import("../start/start_file.ts");
      return await startFile(file, args, context);
    }
    const { instances = 1 } = readSettingFlags(args, Deno.cwd());
    if (instances > 1 || args.all("depends-on").length > 0) {
      const { variables, undecodable } = readEnvironment();
      const body = await makeRequest(args, variables);
      await warnOfUndecodable(context, undecodable);
      return await startMany(context, body, instances);
    }
    const started = await startGiven(args, context);
    if (context.json) context.print(JSON.stringify(started, null, 2));
    if (started.length === 0) context.say("Nothing to start: all processes run already");
    for (const meta of started) context.say(`Started ${describeStarted(meta)}`);
    return EXIT.done;
  },
};

/**
 * Starts what the words of the command line name.
 *
 * @param more What the request says besides; settings where no flag says otherwise.
 * @returns what was started, in the order in which it was.
 */
export async function startGiven(
  args: Arguments,
  context: Context,
  more: Partial<StartRequest> = {},
): Promise<readonly Meta[]> {
  const { variables, undecodable } = readEnvironment();
  const request = await makeRequest(args, variables);
  const body = { ...request, ...more, settings: { ...more.settings, ...request.settings } };
  const { started } = await whileWaiting(
    context,
    `waiting for ${args.words.join(" ")} …`,
    ask(context, startMessage, body),
  );
  await warnOfUndecodable(context, undecodable);
  return started;
}

/**
 * The file that lists what is to be started, if the words name one.
 *
 * @throws {Deno.errors.InvalidData} for flags of a command with a file, or of a file with none.
 */
export function listedBy(args: Arguments): string | undefined {
  const [word] = args.words;
  const isScript = args.get("interpreter") !== undefined;
  if (args.words.length !== 1 || !isConfigName(word!) || isScript) {
    refuseFlagsOfFiles(args);
    return undefined;
  }
  refuseFlagsOfOne(args, word!);
  return word;
}

/** A file says itself what its processes are like. */
function refuseFlagsOfOne(args: Arguments, path: string): void {
  const forFiles = ["force", "wait", ...FILE_FLAGS.map(({ name }) => name)];
  const given = startCommand.flags.find(({ name, value }) =>
    !forFiles.includes(name) && (value === undefined ? args.has(name) : args.all(name).length > 0)
  );
  if (!given) return;
  const [variable = ""] = args.all("env");
  if (given.name === "env" && !variable.includes("=")) {
    throw new Deno.errors.InvalidData(
      `Cannot start '${path}' with --env ${variable}: PM2's --env is --env-name here; ` +
        `'tsm start ${path} --env-name ${variable}'`,
    );
  }
  throw new Deno.errors.InvalidData(
    `Cannot start '${path}' with --${given.name}: that is for one process, and this file lists ` +
      "them; write it there",
  );
}

function refuseFlagsOfFiles(args: Arguments): void {
  const given = FILE_FLAGS.find(({ name }) => args.get(name) !== undefined);
  if (!given) return;
  throw new Deno.errors.InvalidData(
    `Cannot start '${args.words.join(" ")}' with --${given.name}: that is for a file that lists ` +
      `processes; example: tsm start tsm.jsonc --${given.name} ${given.value}`,
  );
}

async function makeRequest(
  args: Arguments,
  environment: Record<string, string>,
): Promise<StartRequest> {
  const cwd = resolve(args.get("cwd") ?? Deno.cwd());
  const name = args.get("name");
  const wait = args.get("wait");
  // What a start is told by itself, not as a setting of the spec.
  const { port: fixed, interpreter, instances: _, ...settings } = readSettingFlags(args, cwd);
  const port = args.get("port") === "auto" ? "auto" : fixed;
  await checkLogRotate(settings.log_rotate);
  return {
    words: [...args.words],
    cwd,
    environment,
    explicit: parseVariables(args.all("env")),
    force: args.has("force"),
    wait: wait === undefined ? 0 : parseDuration(wait, "--wait"),
    settings: {
      ...args.has("no-autorestart") ? { autorestart: "never" as const } : {},
      ...settings,
    },
    ...name === undefined ? {} : { name },
    ...port ? { port } : {},
    ...interpreter ? { interpreter } : {},
  };
}

function parseVariables(pairs: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (equals < 1 || /\s/.test(name)) {
      throw new Deno.errors.InvalidData(
        `Cannot use ${JSON.stringify(pair)} as a variable: --env takes NAME=value`,
      );
    }
    variables[name] = pair.slice(equals + 1);
  }
  return variables;
}
