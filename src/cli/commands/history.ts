import { LineProblems } from "../../db/line_problems.ts";
import { type HistoryEntry, readHistory } from "../../db/read_history.ts";
import { turnOf } from "../../event_table.ts";
import { periodFlags, readPeriod, warnOfProblems } from "../analytics/period.ts";
import { selectRecorded } from "../../views/select_recorded.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { type Color, paint } from "../output/color.ts";
import { formatDuration } from "../output/duration.ts";
import { oneLine } from "../../printable.ts";
import { formatTime } from "../output/time.ts";

const COLORS: Partial<Record<HistoryEntry["event"], Color>> = {
  crash: "red",
  errored: "red",
  start: "green",
  restart: "green",
};

/** `tsm history`: the life of a process. */
export const historyCommand: Command = {
  name: "history",
  usage: "NAME [--since TIME]",
  summary: "Show the life of a process: starts, exits, reasons, how long each run took",
  description: "It outlives the process: also of one that was removed.",
  flags: periodFlags("its beginning"),
  examples: [
    { command: "tsm history myapp-3000", does: "all that is known" },
    {
      command: "tsm history myapp-3000 --since 7d --json | jq 'map(select(.event == \"crash\"))'",
      does: "the crashes of a week",
    },
  ],
  run(args, context) {
    if (args.words.length !== 1) {
      throw new Deno.errors.InvalidData(
        "Cannot show a history: it takes one process; example: tsm history myapp-3000",
      );
    }
    const { since, until } = readPeriod(args, "show a history", "all");
    const problems = new LineProblems();
    const names = selectRecorded(context.root, "show the history of", args.words);
    const entries = names.flatMap((name) => readHistory(context.root, name, problems))
      // What was recorded before the clock was set back seems to be still to come.
      .filter(({ time }) => time >= since && (time < until || args.get("until") === undefined));
    warnOfProblems(context, problems);
    if (context.json) return context.print(JSON.stringify(entries, null, 2));
    for (const name of names) {
      context.print(paint(name, "bold", context.color));
      const own = entries.filter((entry) => entry.name === name);
      const lines = timeline(own, context);
      context.print(lines.length > 0 ? lines.join("\n") : "  nothing in that time");
    }
  },
};

/** A line an event; those of a run are joined by a bar at their left. */
function timeline(entries: readonly HistoryEntry[], { color, zone }: Context): string[] {
  let isUp = false;
  return entries.flatMap((entry) => {
    const { event } = entry;
    const turn = turnOf(event);
    // It comes with every start.
    if (turn === "up" && isUp) return [];
    const wasUp = isUp;
    if (turn === "begin") isUp = true;
    if (turn === "end" || turn === "stop") isUp = false;
    const mark = turn === "begin" ? (wasUp ? "├" : "┌") : wasUp ? (isUp ? "│" : "└") : " ";
    const type = paint(event.padEnd(8), COLORS[event], color);
    return [`  ${formatTime(entry.time, zone)}  ${mark} ${type}  ${detail(entry)}`.trimEnd()];
  });
}

function detail({ pid, exit_code, exit_signal, uptime, reason, folded }: HistoryEntry): string {
  const how = exit_signal ?? (exit_code === undefined ? undefined : `exit code ${exit_code}`);
  return [
    pid ? `pid ${pid}` : undefined,
    reason === undefined ? how : oneLine(reason),
    uptime === undefined ? undefined : `after ${formatDuration(uptime)}`,
    folded === undefined ? undefined : `and ${folded} runs before it that crashed alike`,
  ].filter((part) => part !== undefined).join(", ");
}
