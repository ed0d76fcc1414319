import { dirname } from "@std/path/posix";
import { EventReader, type RecordedEvent } from "../../db/event_reader.ts";
import { LineProblems } from "../../db/line_problems.ts";
import { type EventName, EVENTS } from "../../event_table.ts";
import { fingerprint } from "../../files/fingerprint.ts";
import { isRealDirectory } from "../../files/path_info.ts";
import { watchDirectories } from "../../logs/watch_directories.ts";
import { dayPath } from "../../root.ts";
import { periodFlags, readPeriod, warnOfProblems } from "../analytics/period.ts";
import { readerGone } from "../logs/reader_gone.ts";
import { selectRecorded } from "../../views/select_recorded.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { nearest } from "../../nearest.ts";
import { type Color, paint } from "../output/color.ts";
import { formatTime } from "../output/time.ts";

const COLORS: Partial<Record<EventName, Color>> = {
  crash: "red",
  errored: "red",
  unhealthy: "red",
  memory: "yellow",
  restart: "yellow",
  start: "green",
  online: "green",
};

/** `tsm events`: what happened, from `db/events`. */
export const eventsCommand: Command = {
  name: "events",
  usage: "[-f] [SEL…] [--since TIME] [--type TYPE]",
  summary: "Show what happened to processes and the supervisor",
  description: `
Types: ${EVENTS.join(", ")}.
'tsm history NAME' tells more of one process.`,
  flags: [
    { name: "follow", short: "f", help: "go on with what happens from now on" },
    ...periodFlags("24h"),
    { name: "type", value: "TYPE", repeat: true, help: "only these types, as in crash,errored" },
  ],
  examples: [
    { command: "tsm events", does: "the last 24 hours" },
    { command: "tsm events -f api --type crash,errored", does: "follow what goes wrong with one" },
    { command: "tsm events --since 7d --json | jq -r .event | sort | uniq -c", does: "count them" },
  ],
  async run(args, context) {
    const period = readPeriod(args, "show events", "24h");
    const follows = args.has("follow");
    if (follows && args.get("until") !== undefined) {
      throw new Deno.errors.InvalidData(
        "Cannot follow events: -f and --until exclude each other; leave one out",
      );
    }
    const types = readTypes(args);
    const names = args.words.length > 0
      ? new Set(selectRecorded(context.root, "show events of", args.words))
      : undefined;
    const isWanted = ({ event, name }: RecordedEvent) =>
      (types === undefined || types.has(event)) &&
      (names === undefined || (name !== null && names.has(name)));
    const problems = new LineProblems();
    const reader = new EventReader(context.root, problems);
    const show = async (until: number) => {
      for await (const events of reader.read({ ...period, until })) {
        const lines = events.filter(isWanted).map((
          event,
        ) => (context.json ? JSON.stringify(event) : formatEvent(event, context)));
        if (lines.length > 0) context.print(lines.join("\n"));
      }
    };
    // What was recorded before the clock was set back seems to be still to come.
    await show(args.get("until") === undefined ? Infinity : period.until);
    warnOfProblems(context, problems);
    if (!follows) return;
    const follow = async () => {
      for await (const _ of changes(context)) await show(Infinity);
    };
    await Promise.race([follow(), readerGone()]);
  },
};

/** Yields whenever something may have been recorded. */
function changes({ root }: Context) {
  const parent = dirname(root.events);
  if (!isRealDirectory(parent)) {
    throw new Deno.errors.NotFound(
      `Cannot follow events: nothing was ever recorded in ${root.base}; start a process first`,
    );
  }
  const look = () => fingerprint(root.events) + fingerprint(dayPath(root.events, new Date()));
  return watchDirectories(parent, () => ["events"], look);
}

function readTypes(args: Arguments): ReadonlySet<string> | undefined {
  const given = args.all("type").flatMap((text) => text.split(","));
  for (const type of given) {
    if ((EVENTS as readonly string[]).includes(type)) continue;
    const meant = nearest(type, [...EVENTS]);
    throw new Deno.errors.InvalidData(
      `Cannot show events of type ${JSON.stringify(type)}: there is none; ` +
        `${meant ? `did you mean ${meant}? ` : ""}'tsm events --help' lists them`,
    );
  }
  return given.length > 0 ? new Set(given) : undefined;
}

/** Lays out an event in one line. */
export function formatEvent(
  { time, event, name }: {
    readonly time: number;
    readonly event: string;
    readonly name: string | null;
  },
  { color, zone }: Pick<Context, "color" | "zone">,
): string {
  const type = paint(event.padEnd(16), COLORS[event as EventName], color);
  return `${formatTime(time, zone)}  ${type}  ${name ?? "-"}`;
}
