import { shutdownMessage } from "../../api/messages/shutdown.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { messageOf } from "../../errors.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { hasEnded } from "../../meta/status.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { withDefaultFile } from "../config/config_path.ts";
import { ask, awaitGone } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { LogRelay } from "../run/log_relay.ts";
import type { Begun } from "../run/start_from_file.ts";
import { type DecisiveEnd, essentialOf, parseExitOn } from "../run/exit_rule.ts";
import { killAll, removeAll, stopInOrder } from "../run/stop_in_order.ts";
import { StopSignals } from "../run/stop_signals.ts";
import { watchOver } from "../run/watch_over.ts";
import { failure } from "../output/started.ts";
import { startGiven } from "../start/start_given.ts";
import { FILE_FLAGS } from "../parse/file_flags.ts";
import { type WhatToStart, whatToStart } from "../start/what_to_start.ts";
import { START_FLAGS } from "../start/start_syntax.ts";

const PID_1 =
  `tsm: this is pid 1, which has to reap what other processes leave behind, and tsm does not:
tsm: zombies will pile up. Use examples/container/entrypoint.sh, which reaps them, passes
tsm: signals on and keeps the exit code, or 'docker run --init'`;

/** Flags of a start that make no sense for what is watched until it ends. */
const NOT_FOR_RUN: readonly string[] = ["wait", "no-autorestart", "instances", "depends-on"];

/** `tsm run`: starts a command and stays with it, as containers want it. */
export const runCommand: Command = {
  name: "run",
  usage: "[COMMAND… | tsm.jsonc] [FLAGS] [-- MORE WORDS]",
  summary:
    "Start a command, or what a file lists, in the foreground and show its logs, for containers",
  description: `
Starts COMMAND as 'tsm start' does and stays in the foreground: what it writes goes to
standard output and standard error, its name before each line. SIGTERM, SIGINT and SIGHUP
stop what was started, the last one first; a second one kills it. When all have ended it ends,
with the program's exit code; 128 and the number of the signal where one ended it; the first
that is not 0 where there are several; 0 after a single Ctrl-C.

A COMMAND that ends is not started again unless --autorestart says so: that is left to
whoever runs the container. It stays listed as 'stopped', with its logs, unless --rm is given.

Of a file, as tsm.jsonc or a Procfile, all it lists is started, by the policies it gives them;
each that is up, ends, crashes or is restarted is told on standard error. What was not listed
before is removed at the end; its history stays. Without a word it is the tsm.jsonc of this
directory, else its ecosystem.config.js. With --exit-on, and for what has 'essential' set, one end
stops the others.

Somebody has to reap the processes that lose their parents. As pid 1 of a container tsm does
not: let a shell do it, as examples/container/entrypoint.sh does, or 'docker run --init'.`,
  flags: [
    ...START_FLAGS.filter(({ name }) => !NOT_FOR_RUN.includes(name)),
    ...FILE_FLAGS,
    { name: "raw", help: "hand the lines on as they are, without names" },
    {
      name: "exit-on",
      value: "all|any|failure",
      help: "stop the others when one has ended for good: any, or by a failure (all: never)",
    },
    { name: "rm", help: "remove what was started when it has ended; its history stays" },
  ],
  examples: [
    { command: "tsm run node server.js", does: "run a server until it ends or Ctrl-C" },
    {
      command: `tsm run --name api --port 3000 --autorestart always -- node server.js`,
      does: "keep it running, in the foreground",
    },
    { command: "tsm run tsm.jsonc", does: "run all that the file lists, until the last has ended" },
    {
      command: "tsm run --exit-on failure tsm.jsonc",
      does: "end, with its exit code, when one of them fails",
    },
    { command: "tsm run --rm --raw ./job.sh", does: "run a job and leave nothing behind" },
  ],
  async run(given, context) {
    const args = withDefaultFile(given, "run", "tsm run node server.js");
    const on = parseExitOn(args);
    const what = whatToStart(args, context, { verb: "run", flags: START_FLAGS });
    if (Deno.pid === 1) context.warn(PID_1);
    const wasSupervised = isSupervisorAlive(context.root);
    const relay = new LogRelay(context, args.has("raw"));
    const listed = listProcesses(context.root).metas.map(({ name }) => name);
    await relay.begin(listed);

    let names: readonly string[] = [];
    const broken = Promise.withResolvers<never>();
    // Caught here too: it may reject before anybody awaits it, which would end the program.
    broken.promise.catch(() => {});
    const signals = new StopSignals({
      stop: (signal) => stopInOrder(context, names, told(signal)).catch(broken.reject),
      kill: (signal) => killAll(context, names, `${signal} again`).catch(broken.reject),
    });
    try {
      const begun = await startAsked(what, args, context, {
        relay,
        onNames: (starting) => names = starting,
        asked: () => signals.first,
      });
      names = begun.names;
      if (names.length === 0) return EXIT.failed;
      try {
        signals.beginToStop();
        const rule = { on, essential: essentialOf(context.root, names) };
        const stopOthers = ({ name, code, rule }: DecisiveEnd) => {
          stopInOrder(context, names, `${name} ended with ${code} (${rule})`).catch(broken.reject);
        };
        await relay.follow(names);
        const watching = watchOver(context, names, { relay, rule, stopOthers });
        const code = await Promise.race([watching, broken.promise]);
        // Who has pressed Ctrl-C has got what was asked for.
        if (signals.first === "SIGINT" && !signals.isRepeated) return EXIT.done;
        return begun.hasFailed && code === EXIT.done ? EXIT.failed : code;
      } catch (error) {
        // The reader of the output may be gone: the processes are stopped, not left running unseen.
        await stopInOrder({ ...context, quiet: true }, names, "SIGTERM");
        throw error;
      } finally {
        const isLeft = (name: string) => what.kind === "files" && !listed.includes(name);
        const mayStay = !args.has("rm");
        await removeAll(context, mayStay ? names.filter(isLeft) : names);
      }
    } finally {
      relay.close();
      if (!wasSupervised) await leaveNoSupervisor(context);
    }
  },
};

function told(signal: Deno.Signal): string {
  return signal === "SIGINT" && Deno.stderr.isTerminal() ? `${signal} (again: kill)` : signal;
}

/** Starts what the words name. */
async function startAsked(
  what: WhatToStart,
  args: Arguments,
  context: Context,
  { relay, onNames, asked }: {
    readonly relay: LogRelay;
    readonly onNames: (names: readonly string[]) => void;
    readonly asked: () => Deno.Signal | undefined;
  },
): Promise<Begun> {
  if (what.kind === "command") {
    const settings = { autorestart: "never" as const };
    const { started, failed } = await startGiven(args, context, { settings, mayEnd: true });
    for (const { name, reason } of failed) context.warn(failure(name, reason));
    return { names: started.map(({ name }) => name), hasFailed: failed.length > 0 };
  }
  const { startFromFile } = await import("../run/start_from_file.ts");
  const [file, ...others] = what.files;
  if (others.length > 0) {
    throw new Deno.errors.InvalidData(
      `Cannot run ${what.files.length} files: it takes one; example: tsm run ${file}`,
    );
  }
  return await startFromFile(file!, { args: what.args, context, relay, onNames, asked });
}

/** Ends the supervisor that this command has started, unless it has other processes by now. */
async function leaveNoSupervisor(context: Context): Promise<void> {
  const isBusy = listProcesses(context.root).metas.some(({ status }) => !hasEnded(status));
  if (isBusy || !isSupervisorAlive(context.root)) return;
  try {
    const { pid } = await ask(context, shutdownMessage, { keep_processes: true });
    // Awaited, so that the next command does not find a supervisor that is just leaving.
    await awaitGone(context.root, pid);
  } catch (error) {
    context.warn(`tsm: ${messageOf(error)}`);
  }
}
