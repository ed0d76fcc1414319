import { stopMessage } from "../../api/messages/stop.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { whileWaiting } from "../output/progress.ts";
import type { Flag } from "../parse/flag.ts";
import { confirmRemovalOfAll } from "../select/confirm_removal.ts";
import { selectorsOf } from "../select/selectors_of.ts";
import { nothingTo } from "../output/nothing_to.ts";

/** Answers the question that 'stop all' asks on a terminal. */
export const YES_FLAG: Flag = {
  name: "yes",
  short: "y",
  help: "remove all processes without asking, also on a terminal",
};

/** Ends at once what would take its time. */
export const KILL_FLAG: Flag = {
  name: "kill",
  help: "by SIGKILL at once, also what another stop is waiting for",
};

/** `tsm stop`: ends processes and removes them from the list. */
export const stopCommand: Command = {
  name: "stop",
  usage: "SEL… [--keep | --yes] [--kill]",
  summary: "Stop processes and remove them from the list",
  description: `
Ends the process and all it started: SIGTERM first, SIGKILL for what is left after the
kill timeout (5s). Its directory is removed, logs included; its history stays in
db/history. With --keep it stays listed as 'stopped', with its logs, and
'tsm start NAME' starts it again. On a terminal 'tsm stop all' asks first where more
than one process would take logs with it.`,
  flags: [
    { name: "keep", short: "k", help: "keep it listed as stopped, with its logs" },
    YES_FLAG,
    KILL_FLAG,
  ],
  examples: [
    { command: "tsm stop myapp-3000", does: "stop one process and remove its directory" },
    { command: "tsm stop --keep api web", does: "stop two processes and keep them listed" },
    { command: "tsm stop all", does: "stop everything" },
  ],
  run: (args, context) => stop(args, context, "stop"),
};

/** Stops what is selected; for `tsm stop` and `tsm delete`. */
export async function stop(args: Arguments, context: Context, verb: string): Promise<number> {
  const selectors = await selectorsOf(context, args, verb);
  const mayAsk = selectors.includes("all") && !args.has("keep") && !args.has("yes");
  if (mayAsk && !confirmRemovalOfAll(context, verb)) {
    context.warn(`tsm: Cannot ${verb} 'all': it was not agreed to; nothing has changed`);
    return EXIT.failed;
  }
  const { stopped, failed } = await whileWaiting(
    context,
    `waiting for ${args.words.join(", ")} to end …`,
    ask(context, stopMessage, { selectors, keep: args.has("keep"), kill: args.has("kill") }),
  );
  if (context.json) context.print(JSON.stringify(stopped, null, 2));
  if (stopped.length + failed.length === 0) context.say(nothingTo(verb));
  const done = args.has("keep") ? "Stopped" : "Stopped and removed";
  for (const { name } of stopped) context.say(`${done} ${name}`);
  for (const { name, reason } of failed) context.warn(`tsm: Cannot ${verb} '${name}': ${reason}`);
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}
