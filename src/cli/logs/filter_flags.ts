import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { markedError } from "../parse/mark.ts";
import type { LineFilter } from "../../logs/lines/line_filter.ts";
import { parsePattern } from "./parse_pattern.ts";
import { type Level, LEVELS } from "../../logs/lines/line_level.ts";

/** The flags by which the lines of logs are filtered, of every command that shows logs. */
export const FILTER_FLAGS: readonly Flag[] = [
  { name: "grep", short: "g", value: "RE", repeat: true, help: "only lines that match RE" },
  { name: "invert", short: "v", help: "with --grep: only lines that do not match" },
  { name: "exclude", value: "RE", repeat: true, help: "no lines that match RE" },
  {
    name: "level",
    value: LEVELS.join("|"),
    help: "only lines of this level and above, by what they say themselves",
  },
  { name: "ignore-case", short: "i", help: "with --grep and the like: upper case is lower" },
];

/** The flags of `RegExp` with which the patterns of a command line are read. */
export function patternFlags(args: Arguments): string {
  return args.has("ignore-case") ? "iu" : "u";
}

/**
 * Reads which lines are shown.
 *
 * @throws {Deno.errors.InvalidData} for an expression or a level that does not parse, marked.
 */
export function readLineFilter(args: Arguments): LineFilter {
  if (args.has("invert") && args.all("grep").length === 0) {
    throw new Deno.errors.InvalidData(
      "Cannot show the lines that do not match: --grep does not say what; " +
        "example: --grep debug --invert",
    );
  }
  const flags = patternFlags(args);
  return {
    patterns: args.all("grep").map((text) => parsePattern(text, "--grep", flags)),
    isInverted: args.has("invert"),
    excluded: args.all("exclude").map((text) => parsePattern(text, "--exclude", flags)),
    level: parseLevel(args.get("level")),
  };
}

function parseLevel(text: string | undefined): Level | undefined {
  if (text === undefined) return undefined;
  const level = LEVELS.find((known) => known === text.toLowerCase());
  if (level !== undefined) return level;
  const known = LEVELS.join(", ");
  throw markedError(
    `Cannot show lines of level ${JSON.stringify(text)}: --level takes ${known}`,
    text,
    0,
    "--level warn",
  );
}
