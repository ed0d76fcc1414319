import { resurrectMessage, type ResurrectResponse } from "../../api/messages/resurrect.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { describeStarted } from "../output/started.ts";
import { whileWaiting } from "../output/progress.ts";

/** `tsm resurrect`: brings back the saved processes. */
export const resurrectCommand: Command = {
  name: "resurrect",
  usage: "",
  summary: "Bring back the saved processes that do not run",
  description: `
What runs is left alone. What was stopped with --keep when the list was saved stays
stopped. What cannot be started is reported and listed as 'errored', the rest come back,
and the exit code is 1.`,
  flags: [],
  examples: [
    { command: "tsm resurrect", does: "bring back what 'tsm save' saved" },
    {
      command: "tsm resurrect --json | jq -r '.failed[].name'",
      does: "the names of those that could not be brought back",
    },
  ],
  async run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        `Cannot resurrect '${args.words.join(" ")}': 'tsm resurrect' takes no words; ` +
          "it brings back all that is saved",
      );
    }
    let report: ResurrectResponse;
    try {
      report = await whileWaiting(
        context,
        "waiting for the saved processes to start …",
        ask(context, resurrectMessage, {}),
      );
    } catch (error) {
      if (!(error instanceof Deno.errors.InvalidData)) throw error;
      // Exit code 1, not 64: the saved list is wrong, not the command line.
      context.warn(`tsm: Cannot resurrect: ${error.message}`);
      return EXIT.failed;
    }
    if (context.json) context.print(JSON.stringify(report, null, 2));
    tell(context, report);
    return report.failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};

function tell(context: Context, report: ResurrectResponse): void {
  if (report.warning !== undefined) context.warn(`tsm: ${report.warning}`);
  for (const meta of report.resurrected) context.say(`Resurrected ${describeStarted(meta)}`);
  for (const name of report.running) context.say(`Left ${name} alone: it runs`);
  for (const name of report.stopped) context.say(`Kept ${name} stopped, as it was saved`);
  for (const { name, reason } of report.failed) {
    context.warn(`tsm: Cannot resurrect '${name}': ${reason}`);
  }
  const { resurrected, running, stopped, failed } = report;
  if (resurrected.length + running.length + stopped.length + failed.length === 0) {
    context.say("Nothing to resurrect: the saved list is empty");
  }
}
