import { messageOf } from "../../errors.ts";
import { logFingerprint } from "../../logs/log_fingerprint.ts";
import { readLogProblems } from "../../logs/log_problems.ts";
import { watchDirectories } from "../../logs/watch_directories.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { mergeByTime } from "../logs/merge.ts";
import { LOG_FLAGS, type LogOptions, readLogOptions } from "../logs/options.ts";
import { LogPrinter } from "../logs/printer.ts";
import { readerGone } from "../logs/reader_gone.ts";
import { Source } from "../logs/source.ts";
import { selectListed } from "../select/select_listed.ts";

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
at ordinary rates; coarser where many logs are written at full speed at once, for the older
lines of a long log, and for what came while no supervisor ran. Control characters are made
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
    const selectors = args.words.length > 0 ? args.words : ["all"];
    const names = select(context, selectors);
    if (!options.follow) {
      const shown = await openSources(context, names, options);
      await printHistory(labelledPrinter(context, options, names), shown);
      return;
    }
    if (names.length === 0) {
      throw new Deno.errors.NotFound(
        "Cannot follow logs: there are no processes; 'tsm start' starts one",
      );
    }
    await Promise.race([follow(context, selectors, names, options), readerGone()]);
    return;
  },
};

function select(context: Context, selectors: readonly string[]): string[] {
  return selectListed(context, "show the logs of", selectors).map(({ name }) => name);
}

/** A printer that puts the names before the lines where there are several. */
function labelledPrinter(
  context: Context,
  options: LogOptions,
  names: readonly string[],
): LogPrinter {
  const printer = new LogPrinter(context, options);
  if (names.length > 1) printer.label(names);
  return printer;
}

function openSources(
  context: Context,
  names: readonly string[],
  options: LogOptions,
): Promise<Source[]> {
  for (const name of names) {
    for (const [stream, problem] of Object.entries(readLogProblems(context.root, name))) {
      context.warn(`tsm: current.${stream} of '${name}': ${problem}`);
    }
  }
  return Promise.all(
    names.flatMap((name) =>
      options.streams.map((stream) => Source.open(context.root, { name, stream }, options))
    ),
  );
}

async function printHistory(printer: LogPrinter, sources: readonly Source[]): Promise<void> {
  for await (const lines of mergeByTime(sources.map((source) => source.history()))) {
    printer.print(lines);
  }
}

async function follow(
  context: Context,
  selectors: readonly string[],
  names: readonly string[],
  options: LogOptions,
): Promise<never> {
  const { processes } = context.root;
  const printer = labelledPrinter(context, options, names);
  const shown = new Map<string, readonly Source[]>();
  const watched = () => [...new Set([...shown.keys(), ...names, ...unreadable(context)])];
  const look = (name: string) => logFingerprint(context.root, name);
  for await (const changed of watchDirectories(processes, watched, look)) {
    if (shown.size === 0) {
      const sources = await openSources(context, names, options);
      for (const name of names) shown.set(name, sources.filter((source) => source.name === name));
      await printHistory(printer, sources);
      continue;
    }
    for (const [name, sources] of shown) {
      if (changed !== "anything" && !changed.has(name)) continue;
      for (const source of sources) {
        for await (const lines of source.news()) printer.print(lines);
      }
    }
    const isKnown = changed !== "anything" && [...changed].every((name) => shown.has(name));
    if (isKnown) continue;
    for (const name of newlySelected(context, selectors, shown)) {
      // Its whole log is new: the process has just begun to match.
      const sources = await openSources(context, [name], { ...options, lines: Infinity });
      shown.set(name, sources);
      if (shown.size > 1) printer.label(shown.keys());
      await printHistory(printer, sources);
    }
  }
  throw new Error("the watch of the logs has ended");
}

/** Directories of processes that are just being made: their `meta.json` is yet to come. */
function unreadable({ root }: Context): readonly string[] {
  return listProcesses(root).unreadable.map(({ name }) => name);
}

/** Processes that begin to match the selectors while they are followed. */
function newlySelected(
  context: Context,
  selectors: readonly string[],
  shown: ReadonlyMap<string, unknown>,
): readonly string[] {
  return selectors.flatMap((selector) => {
    try {
      return select(context, [selector]).filter((name) => !shown.has(name));
    } catch (error) {
      // While following, a selector may match nothing for a while.
      const isFine = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.InvalidData;
      if (!isFine) context.warn(`tsm: ${messageOf(error)}`);
      return [];
    }
  });
}
