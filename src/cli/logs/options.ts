import type { Stream } from "../../logs/log_problems.ts";
import { STREAMS } from "../../logs/log_problems.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { firstWrong, markedError } from "../parse/mark.ts";
import { parseTime } from "../parse/parse_time.ts";
import { FILTER_FLAGS, patternFlags, readLineFilter } from "./filter_flags.ts";
import { isFiltering } from "../../logs/lines/line_filter.ts";
import type { SourceOptions } from "../../logs/lines/source.ts";
import { parsePattern } from "./parse_pattern.ts";

/** What of the logs is shown, and how. */
export interface LogOptions extends SourceOptions {
  readonly streams: readonly Stream[];
  readonly highlight: readonly RegExp[];
  /** Put the time before each line. */
  readonly time: boolean;
  readonly json: boolean;
}

/** The flags of `tsm logs`. */
export const LOG_FLAGS: readonly Flag[] = [
  { name: "lines", short: "n", value: "N", help: "show the last N lines first (15)" },
  { name: "out", help: "only standard output" },
  { name: "err", help: "only standard error" },
  { name: "follow", short: "f", help: "follow the logs (as it does anyway)" },
  { name: "no-follow", help: "end after the last line" },
  { name: "since", value: "TIME", help: "what came since TIME: 10m, 14:05, 2024-10-13T14:05:00Z" },
  { name: "until", value: "TIME", help: "what came until TIME; does not follow" },
  ...FILTER_FLAGS,
  { name: "highlight", value: "RE", repeat: true, help: "mark what matches RE" },
  { name: "time", short: "t", help: "put the time before each line" },
  { name: "raw", help: "the bytes as they were written, without names or colours" },
];

/**
 * Reads what is to be shown.
 *
 * @throws {Deno.errors.InvalidData} for a number, time or expression that does not parse.
 */
export function readLogOptions(args: Arguments): LogOptions {
  const now = Date.now();
  const time = (flag: string) => {
    const text = args.get(flag);
    return text === undefined ? undefined : parseTime(text, `--${flag}`, now);
  };
  const since = time("since");
  const until = time("until");
  if (since !== undefined && until !== undefined && until < since) {
    throw new Deno.errors.InvalidData(
      `Cannot show logs until ${args.get("until")}: that is before --since ${args.get("since")}; ` +
        "example: --since 10m --until 5m",
    );
  }
  const filter = readLineFilter(args);
  const flags = patternFlags(args);
  const isBoth = args.has("out") === args.has("err");
  return {
    streams: STREAMS.filter((stream) => isBoth || args.has(stream)),
    follow: !args.has("no-follow") && until === undefined,
    lines: parseCount(args.get("lines")) ?? (since === undefined ? 15 : Infinity),
    since,
    until,
    filter,
    highlight: args.all("highlight").map((text) => parsePattern(text, "--highlight", `gm${flags}`)),
    raw: args.has("raw"),
    time: args.has("time"),
    json: args.has("json"),
    isPlain: !isFiltering(filter) && !args.has("json"),
  };
}

function parseCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw markedError(
    `Cannot show ${JSON.stringify(text)} lines: --lines takes a whole number`,
    text,
    firstWrong(text, /^[0-9]*/),
    "--lines 100",
  );
}
