import { scaleMessage } from "../../api/messages/scale.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import { EXIT } from "../exit_code.ts";
import { warnOfLogLinks } from "../start/warn_of_log_links.ts";
import { describeStarted } from "../output/started.ts";
import { whileWaiting } from "../output/progress.ts";
import { refuseWithoutRoot } from "../select/refuse_without_root.ts";

/** `tsm scale`: changes how many instances an app has. */
export const scaleCommand: Command = {
  name: "scale",
  usage: "NAME 4|+2|-1",
  summary: "Change how many instances a process has",
  description: `
NAME is what its instances share, or selects one of them. A new instance runs what the
others run, with the next port if they have ports (--port-increment says how far apart);
those of the highest numbers go first. An app keeps one instance at least.`,
  flags: [],
  takesNumbers: true,
  examples: [
    { command: "tsm scale api 4", does: "have four instances" },
    { command: "tsm scale api +2", does: "have two more" },
    { command: "tsm scale api -1", does: "have one less" },
  ],
  async run(args, context) {
    const [selector, text, ...others] = args.words;
    if (selector === undefined || text === undefined || others.length > 0) {
      throw new Deno.errors.InvalidData(
        "Cannot scale: it takes a name and how many instances there are to be; " +
          "example: tsm scale api 4",
      );
    }
    const count = parseCount(text);
    await refuseWithoutRoot(context, "scale", [selector]);
    const { app, instances, started, stopped, failed } = await whileWaiting(
      context,
      `waiting for the instances of ${selector} …`,
      // Asked again of another supervisor, '+2' would be four.
      ask(context, scaleMessage, { selector, ...count }, { again: !count.relative }),
    );
    if (context.json) {
      context.print(JSON.stringify({ app, instances, started, stopped, failed }, null, 2));
    }
    for (const meta of started) context.say(`Started ${describeStarted(meta)}`);
    await warnOfLogLinks(context, started);
    for (const name of stopped) context.say(`Stopped and removed ${name}`);
    for (const { name, reason } of failed) context.warn(`tsm: Cannot start '${name}': ${reason}`);
    if (started.length + stopped.length + failed.length === 0) {
      context.say(`Nothing to do: ${app} has ${instances} already`);
    }
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};

function parseCount(text: string): { relative: boolean; number: number } {
  const match = /^([+-]?)([0-9]{1,4})$/.exec(text);
  if (match && Number(match[2]) <= 1000) {
    return { relative: match[1] !== "", number: Number(text) };
  }
  throw new Deno.errors.InvalidData(
    `Cannot scale to ${JSON.stringify(text)}: it takes a number up to 1000, ` +
      "or how many more or fewer, as in +2 or -1",
  );
}
