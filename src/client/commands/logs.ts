import { LogCursor, offsetOfLastLines } from "../../logs/log_cursor.ts";
import { watchDirectories } from "../../logs/watch_directories.ts";
import type { Meta } from "../../meta/metadata.ts";
import { processPaths } from "../../root.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { type Color, paint } from "../output/color.ts";
import { selectListed } from "../select_listed.ts";

/** One log that is shown. */
interface Source {
  readonly name: string;
  readonly stream: "out" | "err";
  readonly cursor: LogCursor;
  /** What stands before each of its lines. */
  readonly label: string;
}

const NAME_COLORS: readonly Color[] = ["cyan", "green", "magenta", "yellow", "blue"];

/** `tsm logs`: shows the end of logs and follows them. */
export const logsCommand: Command = {
  name: "logs",
  usage: "[SEL…] [--lines N] [--out|--err] [--no-follow]",
  summary: "Show the logs of processes and follow them",
  description: `
Shows the last 15 lines of each log, then what is written from now on, until Ctrl-C.
Without SEL it shows all processes. With several, the name stands before each line.`,
  flags: [
    { name: "lines", short: "n", value: "N", help: "show the last N lines first (15)" },
    { name: "out", help: "only standard output" },
    { name: "err", help: "only standard error" },
    { name: "follow", short: "f", help: "follow the logs (as it does anyway)" },
    { name: "no-follow", help: "end after the last line" },
  ],
  examples: [
    { command: "tsm logs myapp-3000", does: "follow one process" },
    { command: "tsm logs --err --lines 100 --no-follow api", does: "its last 100 lines of stderr" },
    { command: "tsm logs all | grep -i error", does: "search all logs as they are written" },
  ],
  async run(args, context) {
    const count = parseCount(args.get("lines") ?? "15");
    const metas = selectListed(
      context,
      "show the logs of",
      args.words.length ? args.words : ["all"],
    );
    const sources = metas.flatMap((meta, index) =>
      makeSources(context, args, meta, { count, many: metas.length > 1, index })
    );
    if (args.has("no-follow")) {
      for (const source of sources) {
        show(context, source, source.cursor.newLines());
        const partial = source.cursor.takePartial();
        if (partial !== "") show(context, source, [partial]);
      }
      return;
    }
    const directories = metas.map(({ name }) => processPaths(context.root, name).dir);
    if (directories.length === 0) {
      throw new Deno.errors.NotFound(
        "Cannot follow logs: there are no processes; 'tsm start' starts one",
      );
    }
    for await (const _ of watchDirectories(context.root.processes, directories)) {
      for (const source of sources) show(context, source, source.cursor.newLines());
    }
  },
};

function makeSources(
  context: Context,
  args: Arguments,
  { name }: Meta,
  { count, many, index }: { count: number; many: boolean; index: number },
): Source[] {
  const { out, err } = processPaths(context.root, name);
  const both = args.has("out") === args.has("err");
  const streams = [
    ...both || args.has("out") ? [{ stream: "out" as const, path: out }] : [],
    ...both || args.has("err") ? [{ stream: "err" as const, path: err }] : [],
  ];
  const color = NAME_COLORS[index % NAME_COLORS.length];
  const label = many ? `${paint(`${name} |`, color, context.color)} ` : "";
  return streams.map(({ stream, path }) => ({
    name,
    stream,
    cursor: new LogCursor(path, offsetOfLastLines(path, count)),
    label,
  }));
}

function show(context: Context, source: Source, lines: Iterable<string>): void {
  const color = source.stream === "err" ? "red" : undefined;
  for (const line of lines) {
    if (context.json) {
      context.print(JSON.stringify({ name: source.name, stream: source.stream, line }));
    } else context.print(`${source.label}${paint(line, color, context.color)}`);
  }
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^[0-9]{1,9}$/.test(text)) return count;
  throw new Deno.errors.InvalidData(
    `Cannot show ${JSON.stringify(text)} lines: --lines takes a whole number; example: --lines 100`,
  );
}
