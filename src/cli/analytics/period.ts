import type { LineProblems } from "../../db/line_problems.ts";
import type { Period } from "../../db/read_metrics.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Context } from "../context.ts";
import type { Flag } from "../parse/flag.ts";
import { parseTime } from "../parse/parse_time.ts";

/**
 * The flags of commands that ask about a period.
 *
 * @param since Where it begins when nothing is said, as in `24h`.
 */
export function periodFlags(since: string): readonly Flag[] {
  return [
    { name: "since", value: "TIME", help: `from TIME on: 10m, 14:05, 2024-10-13 (${since})` },
    { name: "until", value: "TIME", help: "up to TIME (now)" },
  ];
}

/**
 * Reads the period that is asked about.
 *
 * @param action What is asked, for messages.
 * @param standard Where it begins when nothing is said; `all`: at the beginning of time.
 * @throws {Deno.errors.InvalidData} if a time does not parse, or the end is before the beginning.
 */
export function readPeriod(args: Arguments, action: string, standard: string): Period {
  const now = Date.now();
  const given = args.get("since") ?? (standard === "all" ? undefined : standard);
  const since = given === undefined ? 0 : parseTime(given, "--since", now);
  const end = args.get("until");
  const until = end === undefined ? now / 1000 : parseTime(end, "--until", now);
  if (until > since) return { since, until };
  throw new Deno.errors.InvalidData(
    `Cannot ${action}: --until ${end ?? "now"} is not after --since ${given}; ` +
      "example: --since 7d --until 1d",
  );
}

/** Warns of the lines that were skipped, by file. */
export function warnOfProblems(context: Context, problems: LineProblems): void {
  for (const sentence of problems.sentences()) context.warn(`tsm: ${sentence}`);
}
