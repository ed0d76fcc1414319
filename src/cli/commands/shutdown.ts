import { shutdownMessage, type ShutdownResponse } from "../../api/messages/shutdown.ts";
import { refuseNewerSupervisor } from "../../api/newer_supervisor.ts";
import type { SupervisorAddress } from "../../api/supervisor_file.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import { hasEnded } from "../../meta/status.ts";
import type { Command } from "../command.ts";
import { awaitAnswer } from "../connection/await_answer.ts";
import { ask, awaitGone, findSupervisor } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";

/** `tsm shutdown`: ends the supervisor. */
export const shutdownCommand: Command = {
  name: "shutdown",
  usage: "[--keep-processes]",
  summary: "Stop all processes and end the supervisor",
  description: `
The processes stay listed as 'stopped'. With --keep-processes they run on, and the next
supervisor adopts them.`,
  flags: [{ name: "keep-processes", help: "end only the supervisor" }],
  examples: [
    { command: "tsm shutdown", does: "stop everything" },
    { command: "tsm shutdown --keep-processes", does: "end the supervisor, and nothing else" },
  ],
  async run(args, context) {
    const keep = args.has("keep-processes");
    const present = await findSupervisor(context.root);
    if (!present && (keep || !hasRunning(context))) {
      if (context.json) context.print("null");
      context.say(`No supervisor runs in ${context.root.base}`);
      return EXIT.done;
    }
    if (present && !context.downgrade) refuseNewerSupervisor(present);
    const body = { keep_processes: keep };
    const answer = await whileWaiting(
      context,
      "waiting for the processes to end …",
      shutDown(context, present, body),
    );
    await awaitGone(context.root, answer.pid);
    if (context.json) context.print(JSON.stringify(answer, null, 2));
    for (const name of answer.stopped) context.say(`Stopped ${name}`);
    for (const { name, reason } of answer.failed) {
      context.warn(`tsm: Cannot stop '${name}': ${reason}`);
    }
    context.say(`The supervisor (pid ${answer.pid}) has left${keep ? "; processes run on" : ""}`);
    return answer.failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};

/**
 * Has the supervisor leave; where there is none, a new one ends what still runs.
 *
 * @throws {Deno.errors.NotConnected} if it does not answer, and does not leave either.
 */
async function shutDown(
  context: Context,
  present: SupervisorAddress | undefined,
  body: { readonly keep_processes: boolean },
): Promise<ShutdownResponse> {
  if (present === undefined) return await ask(context, shutdownMessage, body);
  try {
    return await awaitAnswer(context, present, shutdownMessage, body);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotConnected)) throw error;
    // It was leaving already, as when another command has shut it down: that is what was asked for.
    await awaitGone(context.root, present.pid);
    if (!body.keep_processes && hasRunning(context)) {
      return await ask(context, shutdownMessage, body);
    }
    return { pid: present.pid, stopped: [], failed: [] };
  }
}

function hasRunning(context: Context): boolean {
  return listProcesses(context.root).metas.some(({ status }) => !hasEnded(status));
}
