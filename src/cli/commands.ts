import { ALIASES } from "./aliases.ts";
import type { Command, CommandRegistry } from "./command.ts";

/** Loads a command: only the module of the one that is asked for is read from the disk. */
type Loader = () => Promise<Command>;

/** Every command, in the order of the help; a new one is one more line. */
const COMMANDS: Readonly<Record<string, Loader>> = {
  start: async () => (await import("./commands/start.ts")).startCommand,
  run: async () => (await import("./commands/run.ts")).runCommand,
  ls: async () => (await import("./commands/ls.ts")).lsCommand,
  describe: async () => (await import("./commands/describe.ts")).describeCommand,
  logs: async () => (await import("./commands/logs.ts")).logsCommand,
  monit: async () => (await import("./commands/monit.ts")).monitCommand,
  flush: async () => (await import("./commands/flush.ts")).flushCommand,
  events: async () => (await import("./commands/events.ts")).eventsCommand,
  history: async () => (await import("./commands/history.ts")).historyCommand,
  metrics: async () => (await import("./commands/metrics.ts")).metricsCommand,
  report: async () => (await import("./commands/report.ts")).reportCommand,
  web: async () => (await import("./commands/web.ts")).webCommand,
  restart: async () => (await import("./commands/restart.ts")).restartCommand,
  reload: async () => (await import("./commands/reload.ts")).reloadCommand,
  scale: async () => (await import("./commands/scale.ts")).scaleCommand,
  reset: async () => (await import("./commands/reset.ts")).resetCommand,
  stop: async () => (await import("./commands/stop.ts")).stopCommand,
  delete: async () => (await import("./commands/delete.ts")).deleteCommand,
  signal: async () => (await import("./commands/signal.ts")).signalCommand,
  send: async () => (await import("./commands/send.ts")).sendCommand,
  attach: async () => (await import("./commands/attach.ts")).attachCommand,
  env: async () => (await import("./commands/env.ts")).envCommand,
  patrol: async () => (await import("./commands/patrol.ts")).patrolCommand,
  save: async () => (await import("./commands/save.ts")).saveCommand,
  resurrect: async () => (await import("./commands/resurrect.ts")).resurrectCommand,
  cleardump: async () => (await import("./commands/cleardump.ts")).cleardumpCommand,
  startup: async () => (await import("./commands/startup.ts")).startupCommand,
  unstartup: async () => (await import("./commands/unstartup.ts")).unstartupCommand,
  import: async () => (await import("./commands/import.ts")).importCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  apply: async () => (await import("./commands/apply.ts")).applyCommand,
  validate: async () => (await import("./commands/validate.ts")).validateCommand,
  init: async () => (await import("./commands/init.ts")).initCommand,
  schema: async () => (await import("./commands/schema.ts")).schemaCommand,
  set: async () => (await import("./commands/set.ts")).setCommand,
  get: async () => (await import("./commands/get.ts")).getCommand,
  unset: async () => (await import("./commands/unset.ts")).unsetCommand,
  notify: async () => (await import("./commands/notify.ts")).notifyCommand,
  token: async () => (await import("./commands/token.ts")).tokenCommand,
  api: async () => (await import("./commands/api.ts")).apiCommand,
  ping: async () => (await import("./commands/ping.ts")).pingCommand,
  supervisor: async () => (await import("./commands/supervisor.ts")).supervisorCommand,
  shutdown: async () => (await import("./commands/shutdown.ts")).shutdownCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  completion: async () => (await import("./commands/completion.ts")).completionCommand(REGISTRY),
  man: async () => (await import("./commands/man.ts")).manCommand(REGISTRY),
  version: async () => (await import("./commands/version.ts")).versionCommand,
  help: async () => (await import("./commands/help.ts")).helpCommand(REGISTRY),
};

/**
 * Passed to the commands that list the others (help, completion, man): if they imported this file,
 * which imports them, that would be a circle.
 */
const REGISTRY: CommandRegistry = { commandNames, loadCommand, loadCommands };

/** The names a command can be called by, aliases included. */
export function commandNames(): string[] {
  return [...Object.keys(COMMANDS), ...Object.keys(ALIASES)];
}

/** Loads the command called `name`; `undefined` if there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const full = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
  return Object.hasOwn(COMMANDS, full) ? await COMMANDS[full]!() : undefined;
}

/** Loads what `tsm` alone does in a terminal: a command without a name. */
export async function loadFirstScreen(): Promise<Command> {
  return (await import("./commands/first_screen.ts")).firstScreen;
}

/** Loads all commands, for the help. */
export function loadCommands(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
