import { shutdownMessage } from "../../api/messages/shutdown.ts";
import { stopMessage } from "../../api/messages/stop.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { messageOf } from "../../errors.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import type { Context } from "../context.ts";
import { LogRelay } from "../run/log_relay.ts";
import { watchOver } from "../run/watch_over.ts";
import { START_FLAGS, startGiven } from "./start.ts";

const PID_1 =
  `tsm: this is pid 1, which has to reap what other processes leave behind, and tsm does not:
tsm: zombies will pile up. Run it as 'sh -c "tsm run … & wait"', see 'tsm run --help', or with
tsm: 'docker run --init'`;

/** `tsm run`: starts a command and stays with it, as containers want it. */
export const runCommand: Command = {
  name: "run",
  usage: "COMMAND… [FLAGS] [-- MORE WORDS]",
  summary: "Start a command in the foreground and show its logs, for containers",
  description: `
Starts COMMAND as 'tsm start' does and stays in the foreground: what it writes goes to
standard output and standard error, its name before each line. SIGTERM, SIGINT and SIGHUP
stop what was started, the last one first. When all have ended it ends, with the program's
exit code; 128 and the number of the signal where one ended it; the first that is not 0 where
there are several.

A COMMAND that ends is not started again unless --autorestart says so: that is left to
whoever runs the container. It stays listed as 'stopped', with its logs, unless --rm is given.

Somebody has to reap the processes that lose their parents. As pid 1 of a container tsm does
not: let a shell do it, as examples/container/entrypoint.sh does, or 'docker run --init'.`,
  flags: [
    ...START_FLAGS.filter(({ name }) => name !== "wait" && name !== "no-autorestart"),
    { name: "raw", help: "hand the lines on as they are, without names" },
    { name: "rm", help: "remove what was started when it has ended; its history stays" },
  ],
  examples: [
    { command: "tsm run node server.js", does: "run a server until it ends or Ctrl-C" },
    {
      command: `tsm run --name api --port 3000 --autorestart always -- node server.js`,
      does: "keep it running, in the foreground",
    },
    { command: "tsm run --rm --raw ./job.sh", does: "run a job and leave nothing behind" },
  ],
  async run(args, context) {
    if (args.words.length === 0) {
      throw new Deno.errors.InvalidData(
        "Cannot run: no command is given; example: tsm run node server.js",
      );
    }
    if (Deno.pid === 1) context.warn(PID_1);
    const wasSupervised = isSupervisorAlive(context.root);
    const relay = new LogRelay(context, args.has("raw"));
    await relay.begin(listProcesses(context.root).metas.map(({ name }) => name));

    let asked: Deno.Signal | undefined;
    let stop = () => {};
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => {
        if (asked) return;
        asked = signal;
        stop();
      });
    }
    try {
      const started = await startGiven(args, context, {
        settings: { autorestart: "never" },
        may_end: true,
      });
      const names = started.map(({ name }) => name);
      const failed = Promise.withResolvers<never>();
      stop = () => stopInOrder(context, names, asked!).catch(failed.reject);
      try {
        if (asked) stop();
        await relay.follow(names);
        return await Promise.race([watchOver(context, names, relay), failed.promise]);
      } catch (error) {
        // Nobody reads any more, perhaps: nothing is to run on unseen.
        await stopInOrder({ ...context, quiet: true }, names, "SIGTERM");
        throw error;
      } finally {
        if (args.has("rm")) await ask(context, stopMessage, { selectors: names, keep: false });
      }
    } finally {
      if (!wasSupervised) await leaveNoSupervisor(context);
    }
  },
};

/** Stops what was started, the last one first. */
async function stopInOrder(
  context: Context,
  names: readonly string[],
  signal: Deno.Signal,
): Promise<void> {
  if (!context.quiet) context.warn(`tsm: ${signal}: stopping ${names.join(", ")}`);
  for (const name of [...names].reverse()) {
    try {
      await ask(context, stopMessage, { selectors: [name], keep: true });
    } catch (error) {
      // Somebody has removed it meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Ends the supervisor that was started for us, unless it has found other work. */
async function leaveNoSupervisor(context: Context): Promise<void> {
  const isBusy = listProcesses(context.root).metas.some(({ pid, status }) =>
    pid !== null || status === "waiting"
  );
  if (isBusy || !isSupervisorAlive(context.root)) return;
  await ask(context, shutdownMessage, { keep_processes: true })
    .catch((error) => context.warn(`tsm: ${messageOf(error)}`));
}
