import type { Command } from "../command.ts";
import { followLogs, selectLogs, showLogs } from "../logs/follow_logs.ts";
import { LOG_FLAGS, readLogOptions } from "../logs/options.ts";
import { readerGone } from "../logs/reader_gone.ts";
import { selectorsOrAll } from "../select/selectors_of.ts";

/** `tsm logs`: shows logs and follows them. */
export const logsCommand: Command = {
  name: "logs",
  usage: "[SEL…] [FLAGS], or logs rotate [SEL…]",
  summary: "Show the logs of processes and follow them",
  description: `
Shows the last 15 lines of each log, then what is written from now on, until Ctrl-C.
Without SEL it shows all processes. With several, the name stands before each line.

Rotated files count: --since, --until, --grep, --exclude and --level look through all that is
kept; --lines counts the lines that they leave. --level goes by what a line says of itself: JSON
("level", "severity"), 'level=warn', '[WARN]', 'ERROR'; the lines of a stack trace belong to the
one above them, other lines without a level are left out.

Lines of several logs are merged by the times of their time indexes. These are exact to some 50 ms
at ordinary rates; coarser where many logs are written at full speed at once, for the first lines
after a minute in which nothing was written (a second), for the older lines of a long log, and for
what came while no supervisor ran. Control characters are made
visible, but for colours; --raw shows the bytes themselves.

'tsm logs rotate' sets the current logs aside as YYYY-MM-DD-NN.out and .err; no line is lost.`,
  flags: LOG_FLAGS,
  examples: [
    { command: "tsm logs myapp-3000", does: "follow one process" },
    { command: "tsm logs --err --lines 100 --no-follow api", does: "its last 100 lines of stderr" },
    { command: "tsm logs api --since 10m --until 5m", does: "what it wrote then" },
    { command: "tsm logs --grep 'error|warn' -i --time", does: "watch all logs for trouble" },
    {
      command: "tsm logs --level warn --exclude healthz",
      does: "warnings and worse, but for some",
    },
    { command: "tsm logs api --json | jq .line", does: "the same for programs" },
    { command: "tsm logs rotate api", does: "begin its logs anew, keeping what they hold" },
  ],
  async run(args, context) {
    const options = readLogOptions(args);
    if (args.words[0] === "rotate") {
      const { rotateLogs } = await import("../logs/rotate_logs.ts");
      return await rotateLogs(context, args.words.slice(1));
    }
    const selectors = await selectorsOrAll(context, args, "show the logs of");
    const names = selectLogs(context, selectors);
    if (!options.follow) {
      return await showLogs(context, names, options);
    }
    if (names.length === 0) {
      throw new Deno.errors.NotFound(
        "Cannot follow logs: there are no processes; 'tsm start' starts one",
      );
    }
    await Promise.race([followLogs(context, selectors, names, options), readerGone()]);
    return;
  },
};
